"""Convergence: whatever devices do, in whatever order, all end with what the server has."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from typing_extensions import override

from apps.accounts.models import User
from apps.buildings.models import Building, Member
from apps.buildings.types import Role
from apps.kernel import clock
from apps.kernel.errors import AppError
from apps.sync.models import Checkpoint, Grant, PushedOperation, SyncConflict, Tombstone
from apps.sync.ports import tables
from apps.sync.selectors import conflicts_of, records
from apps.sync.services import purge, push_changes, resolve_conflict
from apps.sync.types import ConflictState, Resolution
from tests.apps.sync.devices import Device, WatermelonDevice
from tests.factories.accounts import UserFactory
from tests.factories.buildings import BuildingFactory, MemberFactory

_DAY_MS = 86_400_000
_IDS = st.sampled_from("abc")
_NUMBERS = st.integers(0, 2)
_TEXTS = st.sampled_from(["one", "two", "three"])


class Devices(RuleBasedStateMachine):
    """Two people with three devices in one house; the other person comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        owner, teammate = UserFactory.create(), UserFactory.create()
        self.house: Building = BuildingFactory.create(owner__user=owner)
        self.teammate = teammate
        self.let_in(Role.MANAGER)
        self.devices = [
            Device(owner, "phone", skew_ms=0),
            WatermelonDevice(owner, "tablet", skew_ms=_DAY_MS),
            Device(teammate, "phone", skew_ms=-_DAY_MS),
        ]
        self._edit(0, "requests", "a", title="Lift")
        for device in self.devices:
            device.pull()

    def _id(self, letter: str) -> str:
        return f"{letter}{self.house.pk}"

    @rule(number=_NUMBERS, letter=_IDS, text=_TEXTS)
    def edit_a_title(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "requests", letter, title=text)

    @rule(number=_NUMBERS, letter=_IDS, text=_TEXTS)
    def edit_a_description(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "requests", letter, description=text)

    @rule(number=_NUMBERS, letter=_IDS, text=_TEXTS)
    def edit_notes(self, number: int, letter: str, text: str) -> None:
        self._edit(number, "units", letter, notes=text)

    @rule(number=_NUMBERS, letter=_IDS)
    def delete_a_unit(self, number: int, letter: str) -> None:
        self.devices[number].delete("units", self._id(letter))

    @rule(number=_NUMBERS, letter=_IDS, unit=_IDS)
    def place_a_request(self, number: int, letter: str, unit: str) -> None:
        if self.devices[number].row("units", self._id(unit)) is not None:
            self._edit(number, "requests", letter, unit_id=self._id(unit))

    @rule(number=_NUMBERS, letter=_IDS, request=_IDS, text=_TEXTS)
    def comment(self, number: int, letter: str, request: str, text: str) -> None:
        device, comment_id, request_id = self.devices[number], self._id(letter), self._id(request)
        if device.row("requests", request_id) and not device.row("comments", comment_id):
            device.edit("comments", comment_id, request_id=request_id, text=text)

    @rule(number=_NUMBERS, letter=_IDS)
    def withdraw_a_comment(self, number: int, letter: str) -> None:
        self.devices[number].delete("comments", self._id(letter))

    @rule(letter=_IDS)
    def describe_at_once(self, letter: str) -> None:
        for number, text in enumerate(("one", "two", "three")):
            self._edit(number, "requests", letter, description=text)
        for device in self.devices:
            device.push()

    @rule(number=_NUMBERS, resolution=st.sampled_from(Resolution), text=_TEXTS)
    def resolve_a_conflict(self, number: int, resolution: Resolution, text: str) -> None:
        user = self.devices[number].user
        conflict = conflicts_of(user.pk).filter(settled=ConflictState.OPEN).last()
        if conflict is None:
            return
        values = {column: text for column in conflict.mine if column == "description"}
        # Its row may have gone, and its user from the house: then it stays open.
        is_resolved = True
        try:
            resolve_conflict(
                conflict.public_id, resolver_id=user.pk, resolution=resolution, values=values
            )
        except AppError:
            is_resolved = False
        conflict.refresh_from_db()
        assert (conflict.settled == ConflictState.RESOLVED) is is_resolved

    @rule(number=_NUMBERS, is_heard=st.booleans())
    def push(self, number: int, is_heard: bool) -> None:
        self.devices[number].push(is_heard=is_heard)

    @rule(number=_NUMBERS)
    def pull(self, number: int) -> None:
        self.devices[number].pull()

    @rule(number=_NUMBERS)
    def pull_a_page(self, number: int) -> None:
        self.devices[number].push()
        self.devices[number].pull_page()

    @rule(number=_NUMBERS)
    def repeat_a_push(self, number: int) -> None:
        device, before = self.devices[number], self._standing()
        results = push_changes(device.phone.caller, device.sent)
        assert [replace(result, is_repeated=False) for result in results] == [
            replace(result, is_repeated=False) for result in device.answers
        ]
        assert self._standing() == before

    @rule(number=_NUMBERS, name=_TEXTS)
    def rename_a_user(self, number: int, name: str) -> None:
        User.objects.filter(pk=self.devices[number].user.pk).update(name=name)

    @rule()
    def let_retention_pass(self) -> None:
        long_ago = clock.now() - timedelta(days=settings.SYNC_RETENTION_DAYS + 1)
        Tombstone.objects.update(buried_at=long_ago)
        Grant.objects.filter(revoked_at__isnull=False).update(revoked_at=long_ago)
        SyncConflict.objects.update(updated_at=long_ago)
        # What may be repeated yet is not that old.
        sent = [change.op_id for device in self.devices for change in device.sent]
        PushedOperation.objects.exclude(op_id__in=sent).update(created_at=long_ago)
        purge()

    @rule(number=_NUMBERS)
    def lose_the_checkpoints(self, number: int) -> None:
        Checkpoint.objects.filter(state=self.devices[number].phone.caller.state_id).delete()

    @rule()
    def turn_out(self) -> None:
        Member.objects.filter(building=self.house, user=self.teammate).delete()

    @rule(role=st.sampled_from([Role.MANAGER, Role.RESIDENT]))
    def let_in(self, role: Role) -> None:
        if not Member.objects.filter(building=self.house, user=self.teammate).exists():
            MemberFactory.create(building=self.house, user=self.teammate, role=role)

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

    def _standing(self) -> list[Any]:
        """Return what a repeated push must not touch."""
        rows = (
            table.model._default_manager.filter(sync_scope=self.house.sync_scope)
            .order_by("pk")
            .values_list("sync_id", "sync_revision", "sync_xid", "sync_state_id")
            for table in tables
        )
        kept = (
            SyncConflict.objects.values_list("pk", "mine", "theirs", "settled"),
            Tombstone.objects.values_list("pk"),
        )
        return [list(each) for each in (*rows, *kept)]

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
        Devices,
        settings=hypothesis.settings(max_examples=30, stateful_step_count=25, deadline=None),
    )
