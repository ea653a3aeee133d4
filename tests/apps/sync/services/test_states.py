"""Knowing devices: one row each, written only where something differs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel import clock
from apps.sync.models import SyncState
from apps.sync.services import known_state
from apps.sync.types import Caller

pytestmark = pytest.mark.django_db(transaction=True)


def known(user: User, **said: Any) -> Caller:
    """Let a phone make itself known."""
    return known_state(
        user_id=user.pk, user_public_id=user.public_id, installation_id="phone", **said
    )


def now_ms() -> int:
    """Return our clock as clients say theirs."""
    return int(clock.now().timestamp() * 1000)


def test_device_is_made_at_its_first_call_and_found_at_the_next(owner: User) -> None:
    first = known(owner, schema_version=2, app_version="1.4", pending_operations=3)

    assert known(owner, schema_version=2, app_version="1.4") == first
    state = SyncState.objects.get()
    assert (state.pk, state.schema_version, state.app_version) == (first.state_id, 2, "1.4")
    assert (state.pending_operations, state.last_pull_at) == (3, None)


def test_installation_of_another_user_is_another_device(owner: User, stranger: User) -> None:
    assert known(owner).state_id != known(stranger).state_id


def test_what_differs_is_written_and_nothing_else_is(owner: User) -> None:
    known(owner, pending_operations=3, client_now_ms=now_ms())
    before = SyncState.objects.get().updated_at

    known(owner, pending_operations=3, client_now_ms=now_ms())
    known(owner)
    unchanged = SyncState.objects.get()
    known(owner, pending_operations=0)

    assert (unchanged.updated_at, unchanged.pending_operations) == (before, 3)
    assert SyncState.objects.get().pending_operations == 0


@pytest.mark.parametrize("skew_ms", [-86_400_000, 5_000, 86_400_000])
def test_clock_that_goes_wrong_is_measured(owner: User, skew_ms: int) -> None:
    known(owner)
    before = now_ms()
    known(owner, client_now_ms=before + skew_ms)
    elapsed = now_ms() - before

    offset = SyncState.objects.get().clock_offset_ms

    assert -skew_ms <= offset <= -skew_ms + elapsed + 1


@pytest.mark.parametrize("invented", [-(2**62), 2**62, 10**40])
def test_clock_that_is_no_clock_breaks_nothing(owner: User, invented: int) -> None:
    known(owner, client_now_ms=invented, pending_operations=10**30)

    assert abs(SyncState.objects.get().clock_offset_ms) < 2**43


def test_calls_at_once_make_one_device(owner: User) -> None:
    def call(_: int) -> int:
        try:
            return known(owner).state_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(call, range(32)))

    assert found == {SyncState.objects.get().pk}
