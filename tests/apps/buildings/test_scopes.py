"""Audiences in the words of the event log."""

from apps.buildings.scopes import everyone_in
from apps.kernel.ids import new_id


def test_audience_is_the_building_and_those_named() -> None:
    building, user = new_id(), new_id()

    assert everyone_in(building) == (f"building:{building}",)
    assert everyone_in(building, and_users=[user]) == (f"building:{building}", f"user:{user}")
