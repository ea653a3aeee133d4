"""The words of the keyring."""

from datetime import UTC, datetime

from apps.keyring.types import Algorithm, KeySummary, Purpose, State


def test_key_says_since_when_it_is_in_its_state() -> None:
    times = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3, 4)]

    for passed in range(4):
        reached = [*times[: passed + 1], None, None, None]
        key = KeySummary(
            kid="kid",
            purpose=Purpose.JWT,
            algorithm=Algorithm.ES256,
            state=list(State)[passed],
            created_at=times[0],
            activated_at=reached[1],
            retiring_at=reached[2],
            revoked_at=reached[3],
        )
        assert key.since == times[passed]
