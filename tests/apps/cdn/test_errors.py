"""What a CDN asks for comes with its refusal."""

from apps.cdn.errors import NotTaken


def test_pause_that_is_asked_for_comes_along() -> None:
    assert NotTaken("busy", pause_seconds=7).pause_seconds == 7
    assert NotTaken("busy").pause_seconds is None
