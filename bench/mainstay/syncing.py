"""Sync within Mainstay: buildings that phones have copies of, checkpoints, and timed pulls."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounts import services as accounts
from apps.accounts.selectors import users_by_ids
from apps.buildings import services as buildings
from apps.kernel import clock
from apps.sync.places import Place
from apps.sync.reading import read_page
from apps.sync.services import known_state, pull_changes
from apps.sync.services.checkpoints import keep_checkpoint
from apps.sync.shapes import shape_for
from apps.sync.types import Caller
from bench.mainstay.stage import join
from bench.rows import DESCRIPTION, TITLE

AT_ONCE = 10_000

# The triggers stamp each of them, as they do whatever writes.
_REQUESTS = """
INSERT INTO buildings_maintenancerequest
    (public_id, building_id, author_id, title, description, status, priority, created_at,
     updated_at)
SELECT uuidv7(), building.id, %(author)s, %(title)s, %(description)s, 'open', 'normal',
    now(), now()
FROM buildings_building AS building, generate_series(1, %(count)s)
WHERE building.public_id = %(building)s
"""
_ONE_PAGE = {"row_limit": 1, "byte_limit": 1}


def fill_synced(*, rows: int, first_rows: int, people: int) -> dict[str, Any]:
    """Make a building of many rows and people, and one for a phone that has nothing yet."""
    ids = [_person(number) for number in range(people)]
    building = _building(ids[0], rows)
    join(building, ids[1:])
    newcomer = _person(people)
    _building(newcomer, first_rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {
        "building": str(building),
        "people": ids,
        "tokens": [accounts.sign_in_as(user_id).access_token for user_id in ids],
        "newcomer": accounts.sign_in_as(newcomer).access_token,
    }


def make_checkpoints(*, people: list[int], phones: int) -> dict[str, Any]:
    """Give each phone the checkpoint that it would have after pulling everything."""
    shape, moment = shape_for(1, with_revisions=True), clock.now()
    callers = _callers([people[number % len(people)] for number in range(phones)])
    page = read_page(callers[0], Place(), shape, **_ONE_PAGE)
    given = [
        keep_checkpoint(
            caller,
            Place(),
            snapshot=page.snapshot,
            epoch=page.epoch,
            position={},
            schema_version=shape.schema_version,
            moment=moment,
        )
        for caller in callers
    ]
    return {"checkpoints": given}


def time_pulls(*, person: int, phone: int, checkpoint: int, times: int) -> dict[str, Any]:
    """Pull again and again from one checkpoint; milliseconds, medians, and rows of a pull."""
    device: dict[str, Any] = {
        "user_id": person,
        "user_public_id": users_by_ids([person])[person].public_id,
        "installation_id": f"phone-{phone}",
    }
    taken: list[tuple[float, float]] = []
    rows = 0
    for _ in range(times):
        statements = _Statements()
        began = perf_counter()
        with connection.execute_wrapper(statements):
            caller = known_state(**device, checkpoint=checkpoint)
            page = pull_changes(caller, checkpoint=checkpoint, with_revisions=True)
        taken.append((statements.ms, 1000 * (perf_counter() - began)))
        rows = sum(len(table.rows) for table in page.tables)
    return {
        "database_ms": median(database for database, _ in taken),
        "process_ms": median(whole for _, whole in taken),
        "rows": rows,
    }


class _Statements:
    """Adds up how long statements take, from sending them to having what they return."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        began = perf_counter()
        try:
            return execute(*statement)
        finally:
            self.ms += 1000 * (perf_counter() - began)


def _person(number: int) -> int:
    return accounts.create_user(
        email=f"phone{number}@bench.mainstay.local", name=f"Person {number} of sync"
    )


def _building(owner_id: int, rows: int) -> UUID:
    building_id = buildings.create_building(owner_id=owner_id, name="Tower")
    values: dict[str, int | str | UUID] = {
        "author": owner_id,
        "title": TITLE,
        "description": DESCRIPTION,
        "building": building_id,
    }
    with connection.cursor() as cursor:
        for done in range(0, rows, AT_ONCE):
            cursor.execute(_REQUESTS, {**values, "count": min(AT_ONCE, rows - done)})
    return building_id


def _callers(user_ids: Sequence[int]) -> list[Caller]:
    """Return a phone of each of the people, numbered in their order."""
    known = users_by_ids(user_ids)
    return [
        known_state(
            user_id=user_id,
            user_public_id=known[user_id].public_id,
            installation_id=f"phone-{number}",
        )
        for number, user_id in enumerate(user_ids)
    ]
