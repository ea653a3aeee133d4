"""Pushing: what devices did is done by the services, once, and each is told what became of it."""

from dataclasses import replace
from typing import Any

import pytest

from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.events.selectors import latest_events
from apps.sync.errors import ChangedMeanwhile, TooManyOperations
from apps.sync.models import PushedOperation, SyncConflict, SyncState
from apps.sync.services import pull_changes, push_changes
from apps.sync.services.pushing import MOST_OPERATIONS
from apps.sync.types import Caller, ConflictKind, ConflictState, Outcome
from tests.apps.sync.pushes import deletion, upsert

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lift(phone: Caller, house: Building) -> MaintenanceRequest:
    """A request that the owner's phone has opened, at revision 1."""
    push_changes(phone, [upsert("requests", "lift", building_id=house.sync_id, title="Lift")])
    return MaintenanceRequest.objects.get()


def topics() -> list[str]:
    """What the log says lately."""
    return [event.topic for event in latest_events(limit=50)]


def test_new_row_keeps_the_id_that_its_client_gave_it(phone: Caller, house: Building) -> None:
    change = upsert("requests", "abcdefghij012345", building_id=house.sync_id, title="Lift")

    (result,) = push_changes(phone, [change])

    request = MaintenanceRequest.objects.get()
    assert (result.outcome, result.revision) == (Outcome.APPLIED, 1)
    assert (request.sync_id, request.title) == ("abcdefghij012345", "Lift")
    assert request.author_id == phone.user_id
    assert result.record is not None
    assert result.record["author_name"] == "Olga Owner"


def test_push_is_told_as_what_it_did_and_as_a_push(phone: Caller, house: Building) -> None:
    push_changes(phone, [upsert("requests", "r1", building_id=house.sync_id, title="Lift")])

    assert "buildings.request.opened" in topics()
    told = latest_events(limit=50, topic_prefix="sync.changes.pushed")
    (payload,) = [
        each.payload for each in told if each.payload["user_id"] == str(phone.user_public_id)
    ]
    assert payload == {
        "user_id": str(phone.user_public_id),
        "installation_id": "phone",
        "tables": ["requests"],
        "operations": 1,
    }


def test_repeated_push_is_answered_as_the_first_and_done_once(
    phone: Caller, house: Building
) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")

    (first,) = push_changes(phone, [change])
    told = topics()
    (second,) = push_changes(phone, [change])

    assert second == replace(first, is_repeated=True)
    assert MaintenanceRequest.objects.count() == 1
    assert PushedOperation.objects.count() == 1
    assert topics() == told


def test_operation_that_is_twice_in_a_push_is_done_once(phone: Caller, house: Building) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")

    first, second = push_changes(phone, [change, change])

    assert (first.is_repeated, second.is_repeated) == (False, True)
    assert MaintenanceRequest.objects.count() == 1


def test_answers_are_each_devices_own(phone: Caller, tablet: Caller, house: Building) -> None:
    change = upsert("requests", "r1", building_id=house.sync_id, title="Lift")

    push_changes(phone, [change])
    (result,) = push_changes(tablet, [change])

    assert not result.is_repeated


def test_change_of_a_known_row_is_applied(phone: Caller, lift: MaintenanceRequest) -> None:
    (result,) = push_changes(phone, [upsert("requests", "lift", 1, title="Lift is stuck")])

    assert (result.outcome, result.revision) == (Outcome.APPLIED, 2)
    assert MaintenanceRequest.objects.get().title == "Lift is stuck"


def test_row_and_what_refers_to_it_may_come_together(phone: Caller, house: Building) -> None:
    results = push_changes(
        phone,
        [
            upsert("units", "u1", building_id=house.sync_id, label="2 left"),
            upsert("requests", "r1", building_id=house.sync_id, unit_id="u1", title="Lift"),
            upsert("comments", "c1", request_id="r1", text="Yes"),
            upsert("requests", "r1", 1, title="Lift is stuck"),
            upsert("comments", "c2", request_id="r1", text="No"),
            deletion("comments", "c1"),
        ],
    )

    assert [result.outcome for result in results] == [Outcome.APPLIED] * 6
    request = MaintenanceRequest.objects.get()
    assert (request.title, request.unit) == ("Lift is stuck", Unit.objects.get(sync_id="u1"))
    assert [comment.sync_id for comment in request.comments.all()] == ["c2"]


def test_new_building_and_all_that_is_in_it_may_come_together(phone: Caller) -> None:
    results = push_changes(
        phone,
        [
            upsert("buildings", "b1", name="Mill"),
            upsert("units", "u1", building_id="b1", label="2 left"),
            upsert("requests", "r1", building_id="b1", unit_id="u1", title="Lift"),
        ],
    )

    assert [result.outcome for result in results] == [Outcome.APPLIED] * 3


def test_refused_operation_blocks_no_other_and_leaves_nothing(
    phone: Caller, house: Building
) -> None:
    refused, taken = push_changes(
        phone,
        [
            upsert("requests", "r1", building_id=house.sync_id, title=""),
            upsert("requests", "r2", building_id=house.sync_id, title="Lift"),
        ],
    )

    assert (refused.outcome, refused.code) == (Outcome.REJECTED, "kernel.invalid")
    assert "blank" in refused.reason
    assert taken.outcome is Outcome.APPLIED
    assert MaintenanceRequest.objects.get().sync_id == "r2"


@pytest.mark.parametrize(
    ("table", "record_id", "values", "code"),
    [
        ("nothing", "r1", {}, "sync.unknown_table"),
        ("requests", "r 1", {}, "kernel.invalid"),
        ("requests", "r\x001", {}, "kernel.invalid"),
        ("requests", "r" * 37, {}, "kernel.invalid"),
        ("requests", "r1", {"title": "x", "building_id": "nowhere"}, "kernel.invalid"),
        ("requests", "r1", {"title": "x", "building_id": "no\x00where"}, "kernel.invalid"),
        ("requests", "r1", {"__proto__": "x"}, "sync.unknown_column"),
        ("members", "m1", {"role": "owner"}, "sync.unknown_column"),
    ],
)
def test_nonsense_is_refused_with_its_code(
    phone: Caller, house: Building, table: str, record_id: str, values: dict[str, Any], code: str
) -> None:
    (result,) = push_changes(phone, [upsert(table, record_id, **values)])

    assert (result.outcome, result.code) == (Outcome.REJECTED, code)


def test_stranger_finds_no_rows_of_others(
    strangers_phone: Caller, house: Building, lift: MaintenanceRequest
) -> None:
    edited, deleted, opened = push_changes(
        strangers_phone,
        [
            upsert("requests", "lift", 1, title="Mine now"),
            deletion("requests", "lift", 1),
            upsert("requests", "r2", building_id=house.sync_id, title="Lift"),
        ],
    )

    assert (edited.outcome, edited.code) == (Outcome.REJECTED, "kernel.not_found")
    assert (edited.revision, edited.record) == (None, None)
    assert (deleted.outcome, deleted.record) == (Outcome.IGNORED, None)
    assert (opened.outcome, opened.code) == (Outcome.REJECTED, "kernel.invalid")
    assert MaintenanceRequest.objects.get().title == "Lift"


def test_what_the_role_forbids_is_refused_and_the_row_is_shown(
    teammates_phone: Caller, lift: MaintenanceRequest
) -> None:
    (result,) = push_changes(teammates_phone, [upsert("requests", "lift", 1, title="Mine")])

    assert (result.outcome, result.code) == (Outcome.REJECTED, "kernel.forbidden")
    assert result.record is not None
    assert result.record["title"] == "Lift"


def test_deleting_what_is_gone_is_nothing_to_do(phone: Caller, house: Building) -> None:
    push_changes(phone, [upsert("units", "u1", building_id=house.sync_id, label="2 left")])

    first, second = push_changes(phone, [deletion("units", "u1", 1), deletion("units", "u1", 1)])

    assert (first.outcome, second.outcome) == (Outcome.APPLIED, Outcome.IGNORED)
    assert Unit.objects.count() == 0


def test_created_row_that_exists_is_changed(
    phone: Caller, house: Building, lift: MaintenanceRequest
) -> None:
    (result,) = push_changes(
        phone, [upsert("requests", "lift", building_id=house.sync_id, title="Again")]
    )

    assert result.outcome is Outcome.APPLIED
    assert MaintenanceRequest.objects.get().title == "Again"


def test_later_edit_by_the_clock_wins_and_the_other_is_kept(
    phone: Caller, tablet: Caller, lift: MaintenanceRequest
) -> None:
    clock = lift.sync_fields[""][1]
    push_changes(tablet, [upsert("requests", "lift", 1, clock=clock + 20, title="Later")])

    (result,) = push_changes(
        phone, [upsert("requests", "lift", 1, clock=clock + 10, title="Earlier")]
    )

    assert (result.outcome, result.revision) == (Outcome.MERGED, 2)
    assert result.record is not None
    assert result.record["title"] == "Later"
    kept = SyncConflict.objects.get()
    assert (kept.settled, kept.kind) == (ConflictState.DECIDED, ConflictKind.EDIT_EDIT)
    assert kept.mine == {"title": "Earlier"}
    assert kept.theirs is not None
    assert kept.theirs["title"] == "Later"
    assert result.conflict_id == kept.public_id


def test_skew_of_a_day_decides_nothing_once_it_is_measured(
    phone: Caller, tablet: Caller, lift: MaintenanceRequest
) -> None:
    day_ms = 86_400_000
    clock = lift.sync_fields[""][1]
    SyncState.objects.filter(pk=phone.state_id).update(clock_offset_ms=-day_ms)
    push_changes(tablet, [upsert("requests", "lift", 1, clock=clock + 20, title="Later")])

    (result,) = push_changes(
        phone,
        [upsert("requests", "lift", 1, clock=clock + 10 + (day_ms << 16), title="Earlier")],
    )

    assert result.outcome is Outcome.MERGED
    assert MaintenanceRequest.objects.get().title == "Later"


def test_two_edits_of_one_device_are_not_each_others_conflict(
    phone: Caller, tablet: Caller, lift: MaintenanceRequest
) -> None:
    push_changes(phone, [upsert("requests", "lift", 1, description="First")])
    push_changes(tablet, [upsert("requests", "lift", 1, title="Beside it")])

    (result,) = push_changes(phone, [upsert("requests", "lift", 1, description="Second")])

    assert result.outcome is Outcome.MERGED
    assert MaintenanceRequest.objects.get().description == "Second"


def test_atomic_push_is_undone_with_one_refusal_and_may_come_again(
    phone: Caller, house: Building
) -> None:
    fine = upsert("requests", "r1", building_id=house.sync_id, title="Lift")
    wrong = upsert("requests", "r2", building_id=house.sync_id, title="")

    first, second = push_changes(phone, [fine, wrong], is_atomic=True)

    assert (first.outcome, first.code) == (Outcome.REJECTED, "sync.undone")
    assert (second.outcome, second.code) == (Outcome.REJECTED, "kernel.invalid")
    assert MaintenanceRequest.objects.count() == PushedOperation.objects.count() == 0
    assert push_changes(phone, [fine], is_atomic=True)[0].outcome is Outcome.APPLIED


def test_strict_push_is_refused_whole_where_others_changed_a_row(
    phone: Caller, tablet: Caller, house: Building, lift: MaintenanceRequest
) -> None:
    seen = pull_changes(tablet, checkpoint=None).checkpoint
    own = [upsert("requests", "lift", title="Stuck")]
    push_changes(tablet, own, checkpoint=seen, is_strict=True)
    seen = pull_changes(tablet, checkpoint=seen).checkpoint
    push_changes(phone, [upsert("requests", "lift", 2, title="Stuck for days")])

    with pytest.raises(ChangedMeanwhile):
        push_changes(
            tablet,
            [
                upsert("requests", "r2", building_id=house.sync_id, title="Tap"),
                upsert("requests", "lift", title="Repaired"),
            ],
            checkpoint=seen,
            is_strict=True,
        )

    assert MaintenanceRequest.objects.get().title == "Stuck for days"


def test_row_that_the_checkpoint_shows_is_changed_without_a_revision(
    phone: Caller, tablet: Caller, lift: MaintenanceRequest
) -> None:
    seen = pull_changes(tablet, checkpoint=None).checkpoint
    (known,) = push_changes(tablet, [upsert("requests", "lift", description="A")], checkpoint=seen)
    push_changes(phone, [upsert("requests", "lift", 2, description="B")])
    (unknown,) = push_changes(
        tablet, [upsert("requests", "lift", description="C")], checkpoint=seen
    )

    assert (known.outcome, unknown.outcome) == (Outcome.APPLIED, Outcome.CONFLICT)


def test_more_operations_than_a_push_holds_are_refused(phone: Caller, house: Building) -> None:
    many = [upsert("requests", str(number)) for number in range(MOST_OPERATIONS + 1)]

    with pytest.raises(TooManyOperations):
        push_changes(phone, many)


def test_values_are_made_to_fit_for_clients_that_cannot_be_refused(
    phone: Caller, lift: MaintenanceRequest
) -> None:
    (result,) = push_changes(
        phone, [upsert("requests", "lift", 1, title="x" * 500, _status="updated")], mends=True
    )

    assert result.outcome is Outcome.APPLIED
    assert MaintenanceRequest.objects.get().title == "x" * 120
    assert result.record is not None
