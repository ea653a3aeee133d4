"""Which days' partitions hold pending deliveries, as one process knows it."""

from datetime import datetime, timedelta
from time import monotonic

from django.db import connection

from apps.webhooks.models import DELIVERY_PARTITIONS

REMEMBERED_SECONDS = 5.0
DAY = timedelta(days=1)

# One look into the index of pending deliveries per day; the default partition is all but empty.
_OLDEST = """
SELECT least(
    (SELECT min(occurred_at) FROM webhooks_delivery_default WHERE state = 'pending'),
    (SELECT min(day) FROM unnest(%s::timestamptz[]) AS day WHERE EXISTS (
        SELECT 1 FROM webhooks_delivery
        WHERE state = 'pending' AND occurred_at >= day AND occurred_at < day + interval '1 day'
    ))
)
"""


class PendingDays:
    """From which day on there are pending deliveries.

    Read every few seconds: a delivery of a day before, which somebody resends or replays, is found
    that much later, as if it were due then.
    """

    def __init__(self) -> None:
        self._oldest: datetime | None = None
        self._read_at = float("-inf")

    def around(self, moment: datetime) -> tuple[datetime, datetime]:
        """Return since when and until when the events of pending deliveries happened."""
        if monotonic() - self._read_at > REMEMBERED_SECONDS:
            self._read_at, self._oldest = monotonic(), _oldest()
        # Yesterday always: events that are a little late come by night too.
        recent = moment - DAY
        return min(recent, self._oldest or recent), moment + DAY

    def forget(self) -> None:
        """Read anew at the next question."""
        self._read_at = float("-inf")


def _oldest() -> datetime | None:
    days = [datetime.fromisoformat(f"{day}T00:00:00+00:00") for day in DELIVERY_PARTITIONS.days()]
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [days])
        row = cursor.fetchone()
    return row[0] if row else None


pending_days = PendingDays()
