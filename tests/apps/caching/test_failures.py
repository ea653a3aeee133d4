"""What failed lately is known for a few seconds, and not for ever."""

from apps.caching import failures
from apps.caching.failures import FailedLately


def test_failure_is_known_for_a_while() -> None:
    moment = 0.0
    failed = FailedLately(monotonic=lambda: moment)
    assert not failed.has("a")

    failed.note("a")
    assert failed.has("a")
    assert not failed.has("b")

    moment = failures.RETRY_SECONDS
    assert not failed.has("a")


def test_it_remembers_a_bounded_number() -> None:
    failed = FailedLately()

    for number in range(failures._MOST + 10):
        failed.note(str(number))

    assert len(failed._until) == failures._MOST
    assert not failed.has("0")


def test_it_forgets() -> None:
    failed = FailedLately()
    failed.note("a")

    failed.forget()

    assert not failed.has("a")
