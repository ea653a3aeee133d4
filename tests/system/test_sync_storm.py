"""Phones and operators change the same rows at once; then all of them have the same."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.buildings.models import Building, Comment, MaintenanceRequest, Member, Unit
from apps.buildings.types import Role
from devstack import paths
from devstack.waiting import wait_until
from tests import house
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory, MemberFactory, RequestFactory, UnitFactory
from tests.processes import OtherProcess, python_on_the_same_database
from tests.system.node_process import NodeProcess

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

PHONES, WRITERS, SECONDS = 4, 8, 25.0
IN_TIME = 120.0
# What phones have of each table, and where the database has it.
COLUMNS: Mapping[type[Any], Mapping[str, str]] = {
    Building: {"name": "name", "address": "address"},
    Unit: {"label": "label", "notes": "notes", "floor": "floor"},
    Member: {"role": "role", "name": "user__name"},
    MaintenanceRequest: {
        **{name: name for name in ("title", "description", "status", "priority")},
        "unit_id": "unit__sync_id",
    },
    Comment: {"text": "text", "request_id": "request__sync_id"},
}
NAMES = dict(zip(COLUMNS, ("buildings", "units", "members", "requests", "comments"), strict=True))

# One to three writes in a transaction that overlaps with others; one in a hundred is slow, one in
# ten comes to nothing. Whoever loses a deadlock goes on with something else.
_WRITER = """
import random, sys, time
from contextlib import suppress
from django.db import DatabaseError, transaction
from django.utils import timezone
from apps.buildings.models import Building, Comment, MaintenanceRequest, Unit

class Given(Exception):
    pass

def word():
    return f"{random.getrandbits(48):012x}"

def some(model):
    rows = model.objects.exclude(label="late") if model is Unit else model.objects
    found = list(rows.values_list("pk", flat=True))
    return model.objects.filter(pk=random.choice(found)) if found else model.objects.none()

def write(building):
    chance, model = random.random(), random.choice((Unit, Unit, MaintenanceRequest, Comment))
    if chance < 0.2:
        if model is Unit:
            Unit.objects.create(building=building, label=word())
        elif model is MaintenanceRequest:
            unit = some(Unit).first()
            MaintenanceRequest.objects.create(building=building, title=word(), unit=unit)
        elif request := some(MaintenanceRequest).first():
            Comment.objects.create(request=request, text=word())
    elif chance > 0.85:
        some(model).delete()
    else:
        column = {Unit: "notes", MaintenanceRequest: "description", Comment: "text"}[model]
        some(model).update(**{column: word()}, updated_at=timezone.now())

say("ready")
building = Building.objects.get(public_id=sys.stdin.readline().strip())
until, done = time.monotonic() + float(sys.stdin.readline()), 0
while time.monotonic() < until:
    with suppress(DatabaseError, Given), transaction.atomic():
        for _ in range(random.randint(1, 3)):
            write(building)
            time.sleep(random.random() * 0.02)
        if random.random() < 0.01:
            time.sleep(0.6)
        if random.random() < 0.1:
            raise Given
        done += 1
    time.sleep(random.random() * 0.02)
say(done)
"""


@pytest.fixture
def people() -> list[User]:
    return UserFactory.create_batch(PHONES)


@pytest.fixture
def building(people: list[User]) -> Building:
    building: Building = BuildingFactory.create(owner__user=people[0])
    for each in people[1:]:
        MemberFactory.create(building=building, user=each, role=Role.MANAGER)
    UnitFactory.create_batch(40, building=building)
    RequestFactory.create_batch(20, building=building)
    return building


def weathered(
    server: str, building: Building, people: list[User], late: Unit
) -> list[Mapping[str, Any]]:
    """Let phones and writers live on the building; return what each phone has once all rest."""
    tokens = [sign_in_as(user.pk).access_token for user in people]
    about = {"server": server, "building": str(building.public_id)}
    phones = [
        {**about, "device": f"phone-{number}", "token": token}
        for number, token in enumerate(tokens)
    ]
    with NodeProcess("sync_storm.js") as process:
        process.do("begin", phones=phones)
        writers = _writers(building)
        commit_late(late, process)
        commits = [int(writer.line()) for writer in writers]
        assert all(commits), "each of them has written"
        told: list[Mapping[str, Any]] = process.do("rest")
    return told


def _writers(building: Building) -> list[OtherProcess]:
    writers = [python_on_the_same_database(_WRITER) for _ in range(WRITERS)]
    for writer in writers:
        assert writer.line() == "ready"
    for writer in writers:
        writer.tell(str(building.public_id))
        writer.tell(str(SECONDS))
    return writers


def commit_late(unit: Unit, phones: NodeProcess) -> None:
    """Change a unit in a transaction that commits after every phone has synced a few times."""
    with transaction.atomic():
        unit.notes = "Written before, committed after."
        unit.save()
        before = phones.do("syncs")
        assert wait_until(
            lambda: all(
                now > then + 3 for now, then in zip(phones.do("syncs"), before, strict=True)
            ),
            seconds=IN_TIME,
            pause=0.1,
        )


def differences(told: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a phone misses, what it has otherwise, and what there is only there."""
    found: dict[str, list[str]] = {"missing": [], "stale": [], "ghost": []}
    for model, columns in COLUMNS.items():
        table = NAMES[model]
        has = {row["id"]: tuple(row[name] for name in columns) for row in told["rows"][table]}
        rows = model.objects.values_list("sync_id", *columns.values())
        truth = {row[0]: row[1:] for row in rows}
        found["missing"] += [f"{table} {each}" for each in truth.keys() - has.keys()]
        found["ghost"] += [f"{table} {each}" for each in has.keys() - truth.keys()]
        both = truth.keys() & has.keys()
        found["stale"] += [f"{table} {each}" for each in both if truth[each] != has[each]]
    return found


def report(all_told: list[Mapping[str, Any]]) -> str:
    """Return what each phone has done and what is wrong there, for who reads a failure."""
    return "\n".join(
        json.dumps(
            {
                **{name: told[name] for name in ("device", "is_stuck", "counts", "failures")},
                **{kind: (len(rows), rows[:3]) for kind, rows in differences(told).items()},
            }
        )
        for told in all_told
    )


@pytest.fixture
def late(building: Building) -> Unit:
    unit: Unit = UnitFactory.create(building=building, label="late")
    return unit


def test_after_the_storm_every_phone_has_what_the_database_has(
    tmp_path: Path, building: Building, people: list[User], late: Unit
) -> None:
    with house.web(tmp_path / "web.log", workers=2, threads=4) as server:
        told = weathered(server.base_url, building, people, late)

    nothing: dict[str, list[str]] = {"missing": [], "stale": [], "ghost": []}
    assert all(differences(each) == nothing for each in told), report(told)
    assert not any(each["is_stuck"] for each in told), report(told)
    assert not any(each["failures"] for each in told), report(told)


def test_cursor_by_the_time_of_changes_loses_what_commits_late(
    tmp_path: Path, building: Building, people: list[User], late: Unit
) -> None:
    """The mutant: the same storm finds what such a server loses."""
    with house.web(
        tmp_path / "web.log",
        threads=8,
        application="tests.system.sync_mutant:application",
        PYTHONPATH=str(paths.ROOT),
    ) as server:
        told = weathered(server.base_url, building, people, late)

    assert all(f"units {late.sync_id}" in differences(each)["stale"] for each in told), report(told)
