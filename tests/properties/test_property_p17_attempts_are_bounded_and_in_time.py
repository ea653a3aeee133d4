"""P17: at most one attempt and three more, pauses that grow and stay within bounds, in time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.ids import new_id
from apps.notifications.retries import LONGEST_PAUSE_SECONDS
from apps.notifications.types import Channel, Content, DeliveryState, Outcome, Parcel, Reply
from apps.notifications.verdicts import judged

START = datetime(2026, 11, 22, 12, tzinfo=UTC)

replies = st.builds(
    Reply,
    # Mostly retries, so that many follow each other.
    outcome=st.sampled_from((*[Outcome.RETRY] * 9, Outcome.ACCEPTED, Outcome.FAILED)),
    started_at=st.just(START),
    duration_ms=st.just(1.0),
    retry_after_seconds=st.none() | st.floats(0, 120) | st.floats(0, 1e7),
    is_quota=st.booleans(),
)


@settings(max_examples=500)
@given(
    answers=st.lists(replies, min_size=6, max_size=6),
    seconds_to_live=st.floats(0.1, 60) | st.floats(60, 1e8),
    took=st.floats(0, 15),
)
def test_property_p17_attempts_are_bounded_and_in_time(
    answers: list[Reply], seconds_to_live: float, took: float
) -> None:
    """Seen to fail with a fourth retry, without a cap on Retry-After, and without the TTL."""
    moment, expires_at = START, START + timedelta(seconds=seconds_to_live)
    pauses: list[tuple[float, Reply]] = []

    for number, reply in enumerate(answers, start=1):
        assert moment < expires_at
        answered_at = moment + timedelta(seconds=took)
        found = judged(_parcel(number, expires_at), reply, now=answered_at)
        if found.state is not DeliveryState.QUEUED:
            break
        assert found.next_attempt_at is not None
        pauses.append(((found.next_attempt_at - answered_at).total_seconds(), reply))
        moment = found.next_attempt_at

    assert number <= 4
    for place, (pause, reply) in enumerate(pauses):
        scheduled = (2.0, 8.0, 32.0)[place]
        asked = min(reply.retry_after_seconds or 0.0, LONGEST_PAUSE_SECONDS)
        if reply.is_quota:
            asked = asked or 60.0
        assert max(scheduled * 0.8, asked) - 0.001 <= pause
        assert pause <= max(scheduled, asked) * 1.2 + 0.001
    plain = [pause for pause, reply in pauses if not reply.retry_after_seconds]
    unhurried = [pause for pause, reply in pauses if reply.is_quota]
    if not unhurried and len(plain) == len(pauses):
        assert plain == sorted(plain)


def _parcel(number: int, expires_at: datetime) -> Parcel:
    return Parcel(
        delivery_id=1,
        reference=new_id(),
        channel=Channel.PUSH,
        lease_token=new_id(),
        leased_until=expires_at,
        expires_at=expires_at,
        attempt_number=number,
        content=Content(title="Hello"),
    )
