"""Ids sort by time, and a moment has its place among them."""

from datetime import timedelta

from apps.kernel.clock import now
from apps.kernel.ids import first_id_at, new_id


def test_moment_stands_between_what_was_made_before_and_after() -> None:
    moment = now()

    made = new_id()

    assert first_id_at(moment) <= made < first_id_at(moment + timedelta(seconds=1))
    assert first_id_at(moment).version == 7
