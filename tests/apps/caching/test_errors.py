"""Who waited for too long is told when to try again."""

from apps.caching.errors import StillBeingMade


def test_who_waited_for_too_long_is_told_when_to_try_again() -> None:
    error = StillBeingMade("Another process is making it.")

    assert (error.status, error.headers["Retry-After"]) == (503, "1")
    assert error.detail == "Another process is making it."
