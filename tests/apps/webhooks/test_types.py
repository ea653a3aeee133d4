"""What a judged attempt says of the next one."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.kernel.ids import new_id
from apps.resilience.types import OutboundTiming
from apps.webhooks.types import Answer, DeliveryState, Judged, Parcel, Verdict

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("pause", "expected"), [(None, None), (30.0, NOW + timedelta(seconds=30))])
def test_next_attempt_follows_after_the_pause(
    pause: float | None, expected: datetime | None
) -> None:
    judged = Judged(
        parcel=Parcel(
            delivery_id=1,
            occurred_at=NOW,
            lease_token=new_id(),
            leased_until=NOW,
            endpoint_id=1,
            url="https://hooks.example/",
            secrets=(),
            message_id=new_id(),
            topic="a.b.c",
            body=b"",
            correlation_id="",
            traceparent="",
            attempt_number=1,
            retries_used=0,
        ),
        answer=Answer(started_at=NOW, request_headers={}, timing=OutboundTiming()),
        verdict=Verdict(state=DeliveryState.PENDING, reason="", pause_seconds=pause),
        judged_at=NOW,
    )

    assert judged.next_attempt_at == expected
