"""When a delivery is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from apps.webhooks.backoff import LONGEST_PAUSE_SECONDS, pause_before_retry

SCHEDULE = (30, 120, 480, 1920, 7680)


@given(retries_used=st.integers(0, 4))
def test_pause_stays_within_a_fifth_of_the_schedule(retries_used: int) -> None:
    pause = pause_before_retry(retries_used=retries_used, schedule=SCHEDULE)

    assert pause is not None
    assert SCHEDULE[retries_used] * 0.8 <= pause <= SCHEDULE[retries_used] * 1.2


def test_no_retry_is_left_after_the_last() -> None:
    assert pause_before_retry(retries_used=5, schedule=SCHEDULE) is None


@given(asked=st.floats(0, 10**9))
def test_receiver_may_ask_for_longer_but_not_for_ever(asked: float) -> None:
    pause = pause_before_retry(retries_used=0, schedule=SCHEDULE, asked_seconds=asked)

    assert pause is not None
    assert min(asked, LONGEST_PAUSE_SECONDS) <= pause <= max(36, LONGEST_PAUSE_SECONDS)
    assert pause >= 24
