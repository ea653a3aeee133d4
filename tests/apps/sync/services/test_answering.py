"""Beliefs: what a client has of a row once it was told that its edits were taken."""

from apps.sync.services.answering import Beliefs

_ROW = ("requests", "r1")


def test_client_has_what_it_had_and_what_it_wrote() -> None:
    beliefs = Beliefs()
    beliefs.begin(_ROW, {"id": "r1", "title": "Lift", "priority": "low"})
    beliefs.edit(_ROW, {"title": "Stuck"})
    # A second edit does not begin anew.
    beliefs.begin(_ROW, {"id": "r1"})

    assert beliefs.is_right(_ROW, {"id": "r1", "title": "Stuck", "priority": "low"})
    assert not beliefs.is_right(_ROW, {"id": "r1", "title": "Stuck", "priority": "high"})


def test_of_what_others_changed_nothing_is_known() -> None:
    beliefs = Beliefs()
    beliefs.begin(_ROW, None)
    beliefs.edit(_ROW, {"title": "Stuck"})

    assert beliefs.is_about(_ROW)
    assert not beliefs.is_right(_ROW, {"title": "Stuck"})


def test_deleted_row_is_no_longer_there() -> None:
    beliefs = Beliefs()
    beliefs.begin(_ROW, {"id": "r1"})
    beliefs.forget(_ROW)

    assert not beliefs.is_right(_ROW, {"id": "r1"})
