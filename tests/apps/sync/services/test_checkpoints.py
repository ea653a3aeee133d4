"""Checkpoints that are kept: the newest few, and the one that the device came with."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.kernel import clock
from apps.kernel.errors import Unavailable
from apps.sync.checkpoints import number_of
from apps.sync.models import Checkpoint, SyncState
from apps.sync.places import Place
from apps.sync.services.checkpoints import keep_checkpoint, note_pull
from apps.sync.types import Caller
from tests.apps.sync.phones import Phone

pytestmark = pytest.mark.django_db(transaction=True)


def kept(caller: Caller, place: Place) -> int:
    """Keep a checkpoint, and return its number."""
    token = keep_checkpoint(
        caller,
        place,
        snapshot="5:5:",
        epoch="1.1.1",
        position={},
        schema_version=1,
        moment=clock.now(),
    )
    return number_of(caller.user_id, caller.installation_id, token)


def test_numbers_ascend_and_the_newest_stay(owner: User) -> None:
    caller = Phone(owner).caller

    numbers = [kept(caller, Place()) for _ in range(8)]

    assert numbers == list(range(numbers[0], numbers[0] + 8))
    assert [each.number for each in Checkpoint.objects.all()] == numbers[:2:-1]
    assert SyncState.objects.get().checkpoint_number == numbers[-1]


def test_one_that_the_device_came_with_stays_however_often_it_comes(owner: User) -> None:
    caller = Phone(owner).caller
    first = kept(caller, Place())

    for _ in range(8):
        kept(caller, Place(number=first))

    newest = range(first + 8, first + 3, -1)
    assert [each.number for each in Checkpoint.objects.all()] == [*newest, first]


def test_who_was_forgotten_during_a_pull_is_told_to_ask_again(owner: User) -> None:
    caller = Phone(owner).caller
    SyncState.objects.all().delete()

    with pytest.raises(Unavailable):
        kept(caller, Place())


def test_tables_that_are_pulled_by_themselves_are_kept_by_themselves(owner: User) -> None:
    caller = Phone(owner).caller
    kept(caller, Place(only="units"))

    for _ in range(8):
        kept(caller, Place())

    assert Checkpoint.objects.filter(table_names="units").count() == 1


def test_reason_for_the_full_set_is_kept_with_the_device(owner: User) -> None:
    caller = Phone(owner).caller

    kept(caller, Place(because="Why not?"))
    kept(caller, Place())

    state = SyncState.objects.get()
    assert state.replaced_because == "Why not?"
    assert state.replaced_at is not None


def test_visit_is_noted_to_the_minute(owner: User) -> None:
    caller = Phone(owner).caller
    kept(caller, Place())
    before = SyncState.objects.get().last_pull_at
    assert before is not None

    note_pull(caller, before + timedelta(seconds=50))
    soon = SyncState.objects.get().last_pull_at
    note_pull(caller, before + timedelta(seconds=70))

    assert soon == before
    assert SyncState.objects.get().last_pull_at == before + timedelta(seconds=70)
