"""P25: in all histories a delta holds all that changed since the cursor, and nothing else.

Transactions overlap, last long, and are rolled back; scopes are granted and revoked, rows move, and
pages are pulled in between. The planted bug is the usual cursor, the time of the last change: in
the same machine it loses what commits late.
"""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.sync.types import Strategy
from tests.apps.sync.phones import Phone
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, BUILDINGS = 3, 3
_numbers = count(1)

_ADD_BUILDING = """
INSERT INTO buildings_building (public_id, name, address, created_at, updated_at)
VALUES (%s, 'House', '', now(), now()) RETURNING id
"""
_ADD_UNIT = """
INSERT INTO buildings_unit (public_id, building_id, label, notes, created_at, updated_at)
VALUES (%s, %s, %s, '', now(), now())
"""
_CHANGE = "UPDATE buildings_unit SET notes = %s, updated_at = now() WHERE sync_id = %s"
_MOVE = "UPDATE buildings_unit SET building_id = %s, updated_at = now() WHERE sync_id = %s"
_REMOVE = "DELETE FROM buildings_unit WHERE sync_id = %s"
_JOIN = """
INSERT INTO buildings_member (public_id, building_id, user_id, role, created_at, updated_at)
VALUES (%s, %s, %s, 'resident', now(), now()) ON CONFLICT DO NOTHING
"""
_LEAVE = "DELETE FROM buildings_member WHERE building_id = %s AND user_id = %s"
_VISIBLE = """
SELECT unit.sync_id, unit.sync_revision FROM buildings_unit unit
JOIN buildings_member member ON member.building_id = unit.building_id AND member.user_id = %s
"""
_CHANGED_BY_TIME = """
SELECT unit.sync_id, unit.sync_revision, unit.updated_at FROM buildings_unit unit
JOIN buildings_member member ON member.building_id = unit.building_id AND member.user_id = %s
WHERE unit.updated_at > %s
"""


class Writer:
    """Somebody with a transaction of their own, open or not."""

    def __init__(self) -> None:
        self.connection: BaseDatabaseWrapper = connection.copy()
        self.connection.ensure_connection()
        # What it holds locked until it ends, so that no writer of one process waits for another.
        self.held: set[object] = set()

    def execute(self, statement: str, *values: str | int | UUID) -> None:
        """Run a statement within the transaction."""
        if self.connection.get_autocommit():
            self.connection.set_autocommit(False)
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)

    def end(self, *, commits: bool) -> None:
        """End the transaction."""
        if not self.connection.get_autocommit():
            (self.connection.commit if commits else self.connection.rollback)()
            self.connection.set_autocommit(True)
        self.held.clear()


class Copy:
    """What a device has of the units, by pulls; it insists that none brings what it has."""

    def __init__(self, user: User, name: str) -> None:
        self.user = user
        self.phone = Phone(user, name)

    @property
    def units(self) -> dict[str, int]:
        """The revision it has of each unit."""
        return {key: row["_revision"] for key, row in self.phone.tables.get("units", {}).items()}

    def pull_page(self, rows: int) -> bool:
        """Pull one page, and return whether there is more."""
        before = self.units
        page = self.phone.pull_page(row_limit=rows, with_revisions=True)
        [units] = [table for table in page.tables if table.name == "units"]
        sent = {row["id"]: row["_revision"] for row in map(json.loads, units.rows)}
        if page.strategy == Strategy.INCREMENTAL:
            again = {key for key, revision in sent.items() if before.get(key) == revision}
            assert not again, "What a device has is not sent again."
        return page.has_more

    def pull(self) -> None:
        """Pull all there is on one page."""
        assert not self.pull_page(5000)

    def take_own(self, sync_id: str, revision: int) -> None:
        """Have a change of one's own, which was pushed."""
        row = self.phone.tables["units"][sync_id]
        row["_revision"] = revision

    @property
    def state_id(self) -> int:
        """What its pushes say of themselves."""
        return self.phone.caller.state_id


class CopyByTime(Copy):
    """The planted bug: it asks for what has changed after the latest change that it has."""

    def __init__(self, user: User, name: str) -> None:
        super().__init__(user, name)
        self._units: dict[str, int] = {}
        self._latest: Any = "-infinity"

    @property
    @override
    def units(self) -> dict[str, int]:
        return self._units

    @override
    def pull_page(self, rows: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGED_BY_TIME, [self.user.pk, self._latest])
            for sync_id, revision, updated_at in cursor.fetchall():
                self._units[sync_id] = revision
                self._latest = max(self._latest, updated_at, key=str)
        # Of deletions it is told, so that only what it loses by time counts.
        self._units = {key: self._units[key] for key in self._units if key in visible(self.user)}
        return False

    @override
    def take_own(self, sync_id: str, revision: int) -> None:
        self._units[sync_id] = revision


def visible(user: User) -> Mapping[str, int]:
    """Return the units that a user sees, as they are committed, with their revisions."""
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE, [user.pk])
        return dict(cursor.fetchall())


class Pulling(RuleBasedStateMachine):
    """Two devices of one user beside three writers."""

    copies_of: type[Copy] = Copy

    @initialize()
    def begin(self) -> None:
        self.user = UserFactory.create(email=f"p25-{next(_numbers)}@example.com")
        self.writers = [Writer() for _ in range(WRITERS)]
        with connection.cursor() as cursor:
            self.buildings = []
            for _ in range(BUILDINGS):
                cursor.execute(_ADD_BUILDING, [new_id()])
                self.buildings.append(int(cursor.fetchone()[0]))
            cursor.execute(_JOIN, [new_id(), self.buildings[0], self.user.pk])
        self.copies = [self.copies_of(self.user, name) for name in ("phone", "tablet")]
        self.walking = [False, False]

    @override
    def teardown(self) -> None:
        for writer in getattr(self, "writers", []):
            writer.end(commits=False)
            writer.connection.close()

    @rule(writer=st.integers(0, WRITERS - 1), building=st.integers(0, BUILDINGS - 1))
    def add(self, writer: int, building: int) -> None:
        """Add a unit."""
        label = f"unit {next(_numbers)}"
        self.writers[writer].execute(_ADD_UNIT, new_id(), self.buildings[building], label)

    @rule(writer=st.integers(0, WRITERS - 1), which=st.integers(0, 99))
    def change(self, writer: int, which: int) -> None:
        """Change a unit."""
        if (sync_id := self._free_unit(writer, which)) is not None:
            self.writers[writer].execute(_CHANGE, str(next(_numbers)), sync_id)

    @rule(
        writer=st.integers(0, WRITERS - 1),
        which=st.integers(0, 99),
        building=st.integers(0, BUILDINGS - 1),
    )
    def move(self, writer: int, which: int, building: int) -> None:
        """Move a unit to another building, which the user may see or not."""
        if (sync_id := self._free_unit(writer, which)) is not None:
            self.writers[writer].execute(_MOVE, self.buildings[building], sync_id)

    @rule(writer=st.integers(0, WRITERS - 1), which=st.integers(0, 99))
    def remove(self, writer: int, which: int) -> None:
        """Remove a unit."""
        if (sync_id := self._free_unit(writer, which)) is not None:
            self.writers[writer].execute(_REMOVE, sync_id)

    @rule(
        writer=st.integers(0, WRITERS - 1),
        building=st.integers(0, BUILDINGS - 1),
        joins=st.booleans(),
    )
    def let_in_or_out(self, writer: int, building: int, joins: bool) -> None:
        """Let the user see a building, or no longer."""
        place = self.buildings[building]
        if not self._holds(writer, ("member", place)):
            return
        if joins:
            self.writers[writer].execute(_JOIN, new_id(), place, self.user.pk)
        else:
            self.writers[writer].execute(_LEAVE, place, self.user.pk)

    @rule(writer=st.integers(0, WRITERS - 1), commits=st.sampled_from([True, True, False]))
    def end(self, writer: int, commits: bool) -> None:
        """End a writer's transaction, at last."""
        self.writers[writer].end(commits=commits)

    @rule(building=st.integers(0, BUILDINGS - 1), device=st.integers(0, 1))
    def overtake(self, building: int, device: int) -> None:
        """Let a writer that begins later be through, and be seen, before the other."""
        self.add(0, building)
        self.add(1, building)
        self.end(1, commits=True)
        self.pull(device)

    @rule(which=st.integers(0, 99), device=st.integers(0, 1))
    def push(self, which: int, device: int) -> None:
        """Let a device change a unit that it has as it is."""
        sync_id = self._free_unit(0, which)
        copy = self.copies[device]
        if sync_id is None or copy.units.get(sync_id) != visible(self.user).get(sync_id, -1):
            return
        self.writers[0].end(commits=True)
        setting = "SELECT set_config('mainstay.sync_state', %s, true)"
        self.writers[0].execute(setting, str(copy.state_id))
        self.writers[0].execute(_CHANGE, str(next(_numbers)), sync_id)
        self.writers[0].end(commits=True)
        if sync_id in (seen := visible(self.user)):
            copy.take_own(sync_id, seen[sync_id])

    @rule(device=st.integers(0, 1), rows=st.integers(1, 4))
    def pull_page(self, device: int, rows: int) -> None:
        """Pull one short page; the rest may come later."""
        self.walking[device] = self.copies[device].pull_page(rows)

    @rule(device=st.integers(0, 1))
    def pull(self, device: int) -> None:
        """Pull all: first what the pages under way still hold, then what changed since."""
        if self.walking[device]:
            self.copies[device].pull()
            self.walking[device] = False
        self.copies[device].pull()
        assert self.copies[device].units == visible(self.user)

    @precondition(lambda self: not any(self.walking))
    @rule()
    def forget_nothing(self) -> None:
        """Bring both to rest."""
        for writer in self.writers:
            writer.end(commits=True)
        for device in (0, 1):
            self.pull(device)

    def _free_unit(self, writer: int, which: int) -> str | None:
        """Return a committed unit that no other writer holds, held by this one now."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sync_id FROM buildings_unit WHERE building_id = ANY(%s) ORDER BY id",
                [self.buildings],
            )
            units = [row[0] for row in cursor.fetchall()]
        if not units or not self._holds(writer, units[which % len(units)]):
            return None
        return str(units[which % len(units)])

    def _holds(self, writer: int, what: object) -> bool:
        if any(what in other.held for other in self.writers if other is not self.writers[writer]):
            return False
        self.writers[writer].held.add(what)
        return True


class PullingByTime(Pulling):
    """The same, with the planted bug."""

    copies_of = CopyByTime


EXAMPLES = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.mark.timeout(900)
def test_property_p25_a_delta_holds_what_changed_and_nothing_else() -> None:
    run_state_machine_as_test(Pulling, settings=EXAMPLES)


@pytest.mark.timeout(900)
def test_cursor_that_is_a_time_is_found_out() -> None:
    generated = settings(EXAMPLES, derandomize=True, phases=[Phase.generate])

    with pytest.raises(AssertionError):
        run_state_machine_as_test(PullingByTime, settings=generated)


@pytest.mark.parametrize(("machine", "loses"), [(Pulling, False), (PullingByTime, True)])
def test_change_that_commits_late_is_what_a_time_loses(machine: type[Pulling], loses: bool) -> None:
    history = machine()
    history.begin()
    try:
        history.overtake(0, 0)
        history.end(0, commits=True)
        with pytest.raises(AssertionError) if loses else nullcontext():
            history.pull(0)
    finally:
        history.teardown()
