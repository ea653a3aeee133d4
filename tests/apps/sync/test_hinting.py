"""Who is told to pull, how often, and whose own push it was."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.events.types import LoggedEvent
from apps.sync.hinting import HINT_EVERY_SECONDS, Pace, changed_scopes, device_tag
from tests.factories.webhooks import logged

_HOUSE = "building:019abc00-0000-7000-8000-000000000000"
_OWNER = "user:019abc00-0000-7000-8000-000000000001"


def changed(xid: int, *scopes: str) -> LoggedEvent:
    return replace(logged("buildings.unit.changed", audience=scopes), xid=xid)


def pushed(xid: int, installation_id: str) -> LoggedEvent:
    event = logged("sync.changes.pushed", audience=(_OWNER,), installation_id=installation_id)
    return replace(event, xid=xid)


def test_scope_is_told_once_with_the_device_that_pushed() -> None:
    batch = [changed(7, _HOUSE), changed(7, _HOUSE), pushed(7, "phone")]

    assert changed_scopes(batch) == {_HOUSE: device_tag("phone"), _OWNER: device_tag("phone")}


def test_change_by_somebody_else_is_for_every_device() -> None:
    by_hand = [changed(7, _HOUSE), pushed(7, "phone"), changed(8, _HOUSE)]
    by_another = [changed(7, _HOUSE), pushed(7, "phone"), changed(8, _HOUSE), pushed(8, "tablet")]

    assert changed_scopes(by_hand)[_HOUSE] == ""
    assert changed_scopes(by_another)[_HOUSE] == ""


def test_tag_does_not_tell_the_id_and_is_one_for_each() -> None:
    assert len(device_tag("phone")) == 16
    assert "phone" not in device_tag("phone")
    assert device_tag("phone") != device_tag("tablet")
    assert device_tag("") == ""


@given(st.lists(st.floats(min_value=0, max_value=5), max_size=40))
def test_hints_keep_their_pace_and_every_change_is_followed_by_one(moments: list[float]) -> None:
    pace, told = Pace(), []
    for moment in sorted(moments):
        delay = pace.delay("scope", moment)
        if delay is not None:
            told.append(moment + delay)

    assert all(later - before >= HINT_EVERY_SECONDS - 1e-9 for before, later in pairwise(told))
    assert all(any(hint >= moment - 1e-9 for hint in told) for moment in moments)


def test_scopes_do_not_wait_for_each_other_and_old_ones_are_forgotten() -> None:
    pace = Pace()
    for number in range(20_001):
        assert pace.delay(f"scope-{number}", float(number)) == 0

    assert len(pace._next) <= 10_000
