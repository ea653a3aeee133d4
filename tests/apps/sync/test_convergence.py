"""Convergence: whatever devices do, in whatever order, all end with what the server has."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from typing_extensions import override

from apps.accounts.models import User
from apps.buildings.models import Building, Member
from apps.buildings.types import Role
from apps.sync.clocks import now_ms
from apps.sync.models import SyncConflict, SyncState
from apps.sync.ports import tables
from apps.sync.selectors import records
from apps.sync.services import push_changes
from apps.sync.types import Change, ConflictState, Operation, Outcome, Result
from tests.apps.sync.phones import Phone
from tests.apps.sync.pushes import deletion, upsert
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory, MemberFactory

_DAY_MS = 86_400_000
_LETTERS = "abc"
_NUMBERS = st.integers(0, 2)
_TEXTS = st.sampled_from(["one", "two", "three"])


@dataclass
class Device:
    """A client of our own protocol: it edits its copies at once and tells the server later."""

    user: User
    phone: Phone
    # What its clock is ahead of ours.
    skew_ms: int
    waiting: list[Change] = field(default_factory=list)
    # What it sent without hearing an answer.
    unheard: list[Change] = field(default_factory=list)

    def row(self, table: str, record_id: str) -> dict[str, Any] | None:
        """Return its copy."""
        return self.phone.tables.get(table, {}).get(record_id)

    def clock(self) -> int:
        """Return what its clock shows."""
        return (now_ms() + self.skew_ms) << 16

    def edit(self, table: str, record_id: str, **values: Any) -> None:
        """Change its copy, or make one."""
        known = self.row(table, record_id)
        base = known.get("_revision") if known else None
        self.waiting.append(upsert(table, record_id, base, clock=self.clock(), **values))
        self.phone.tables.setdefault(table, {}).setdefault(record_id, {"id": record_id}).update(
            values
        )

    def delete(self, table: str, record_id: str) -> None:
        """Delete its copy."""
        known = self.row(table, record_id)
        if known is not None:
            self.waiting.append(deletion(table, record_id, known.get("_revision")))
            del self.phone.tables[table][record_id]

    def push(self, *, is_heard: bool = True) -> None:
        """Send what waits, and again what was sent in vain; take over what the server says."""
        changes = [*self.unheard, *self.waiting]
        self.waiting.clear()
        results = push_changes(self.phone.caller, changes)
        self.unheard = [] if is_heard else changes
        if is_heard:
            for change, result in zip(changes, results, strict=True):
                self._take(change, result)

    def pull(self) -> None:
        """Take what others changed; a client pushes first, so that it loses no edit of its own."""
        self.push()
        self.phone.pull(with_revisions=True)

    def _take(self, change: Change, result: Result) -> None:
        held = self.phone.tables.setdefault(change.table, {})
        known = held.get(change.record_id)
        assert result.outcome is not Outcome.QUEUED
        if result.record is not None:
            held[change.record_id] = {**result.record, "_revision": result.revision}
        elif result.revision is None and change.operation is Operation.UPSERT:
            held.pop(change.record_id, None)
        elif known is not None and result.revision is not None:
            known["_revision"] = result.revision


class Devices(RuleBasedStateMachine):
    """Two people with three devices in one house; the other person comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        owner, teammate = UserFactory.create(), UserFactory.create()
        self.house: Building = BuildingFactory.create(owner__user=owner)
        self.teammate = teammate
        self.let_in()
        self.devices = [
            self._device(owner, "phone", 0),
            self._device(owner, "tablet", _DAY_MS),
            self._device(teammate, "phone", -_DAY_MS),
        ]

    def _device(self, user: User, name: str, skew_ms: int) -> Device:
        phone = Phone(user, name)
        SyncState.objects.filter(pk=phone.caller.state_id).update(clock_offset_ms=-skew_ms)
        device = Device(user=user, phone=phone, skew_ms=skew_ms)
        device.pull()
        return device

    def _id(self, letter: str) -> str:
        return f"{letter}{self.house.pk}"

    @rule(number=_NUMBERS, letter=st.sampled_from(_LETTERS), text=_TEXTS)
    def edit_a_title(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "requests", letter, title=text)

    @rule(number=_NUMBERS, letter=st.sampled_from(_LETTERS), text=_TEXTS)
    def edit_a_description(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "requests", letter, description=text)

    @rule(number=_NUMBERS, letter=st.sampled_from(_LETTERS), text=_TEXTS)
    def edit_notes(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "units", letter, notes=text)

    @rule(number=_NUMBERS, letter=st.sampled_from(_LETTERS))
    def delete_a_unit(self, number: int, letter: str) -> None:
        self.devices[number].delete("units", self._id(letter))

    @rule(number=_NUMBERS, letter=st.sampled_from(_LETTERS), unit=st.sampled_from(_LETTERS))
    def place_a_request(self, number: int, letter: str, unit: str) -> None:
        if self.devices[number].row("units", self._id(unit)) is not None:
            self._edit(number, "requests", letter, unit_id=self._id(unit))

    @rule(number=_NUMBERS, is_heard=st.booleans())
    def push(self, number: int, is_heard: bool) -> None:
        self.devices[number].push(is_heard=is_heard)

    @rule(number=_NUMBERS)
    def pull(self, number: int) -> None:
        self.devices[number].pull()

    @rule()
    def turn_out(self) -> None:
        Member.objects.filter(building=self.house, user=self.teammate).delete()

    @rule()
    def let_in(self) -> None:
        if not Member.objects.filter(building=self.house, user=self.teammate).exists():
            MemberFactory.create(building=self.house, user=self.teammate, role=Role.MANAGER)

    def _edit(self, number: int, table: str, letter: str, **values: Any) -> None:
        device, record_id = self.devices[number], self._id(letter)
        if device.row(table, record_id) is None:
            new = {"title": "New"} if table == "requests" else {"label": letter}
            values = {"building_id": self.house.sync_id, **new, **values}
        device.edit(table, record_id, **values)

    @override
    def teardown(self) -> None:
        """All come online, and nothing is left that only one of them has."""
        # Each meets what the one before has said.
        for device in [*self.devices, *self.devices]:
            device.pull()
        for device in self.devices:
            has = {table.name: device.phone.tables.get(table.name, {}) for table in tables}
            assert has == self._due_to(device), device.phone.caller
        told = SyncConflict.objects.filter(settled=ConflictState.OPEN)
        places = [(each.state_id, each.table, each.record_id) for each in told]
        assert len(places) == len(set(places))
        connection.close()

    def _due_to(self, device: Device) -> dict[str, dict[str, Any]]:
        is_in = Member.objects.filter(building=self.house, user=device.user).exists()
        found = {}
        for table in tables:
            rows = table.model._default_manager.filter(sync_scope=self.house.sync_scope)
            ids = list(rows.values_list("sync_id", flat=True)) if is_in else []
            found[table.name] = dict(records(table, ids, schema_version=1, with_revisions=True))
        return found


@pytest.mark.django_db(transaction=True)
def test_devices_converge_whatever_they_do() -> None:
    run_state_machine_as_test(
        Devices, settings=settings(max_examples=30, stateful_step_count=25, deadline=None)
    )
