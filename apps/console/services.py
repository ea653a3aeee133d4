"""Writes of the console: samples, and what operators do about a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from apps.console.events import OperatorActed
from apps.console.models import SAMPLE_PARTITIONS
from apps.console.ports import PersonAction, sources
from apps.console.selectors import HEARTBEAT, SAMPLE_EVERY, last_round
from apps.console.types import Measure, Order, Sampled
from apps.events.services import announce
from apps.kernel.clock import now

log = structlog.get_logger("console")

RETENTION = timedelta(days=7)
PARTITIONS_AHEAD_DAYS = 3
# After a longer silence the time between is left empty, rather than told as one moment.
_LONGEST_PAUSE = timedelta(minutes=10)

# What a counter grew by. One that stands lower than before was started anew, from nought, and so
# was one that the round before did not see; without such a round its growth is unknown.
_INSERT = """
INSERT INTO console_sample (series, at, value, total)
SELECT told.series, %(at)s,
    CASE WHEN NOT told.is_total THEN told.value
        WHEN before.total IS NULL AND NOT %(is_continued)s THEN 0
        WHEN before.total IS NULL THEN told.value
        WHEN told.value < before.total THEN told.value
        ELSE told.value - before.total END,
    CASE WHEN told.is_total THEN told.value END
FROM unnest(%(series)s::text[], %(values)s::float8[], %(are_totals)s::boolean[])
    AS told(series, value, is_total)
LEFT JOIN LATERAL (
    SELECT total FROM console_sample
    WHERE series = told.series AND at < %(at)s AND at >= %(long_ago)s
    ORDER BY at DESC LIMIT 1
) before ON told.is_total
ON CONFLICT (series, at) DO NOTHING
"""


def take_samples() -> int:
    """Measure every source and write the samples of this quarter of a minute; return how many.

    Repeating it within the same quarter writes nothing. A source that fails is logged, and left
    out of this round.
    """
    at = _this_round()
    before = last_round()
    if before is not None and before >= at:
        return 0
    is_continued = before is not None and at - before <= _LONGEST_PAUSE
    since = before if before is not None and is_continued else at - SAMPLE_EVERY
    told = [Sampled(HEARTBEAT, 1, Measure.AMOUNT), *_measured(since, at)]
    return _write(told, at, is_continued=is_continued)


def maintain() -> None:
    """Make partitions ahead, and drop the days that are past retention."""
    SAMPLE_PARTITIONS.ensure(days_ahead=PARTITIONS_AHEAD_DAYS)
    SAMPLE_PARTITIONS.drop_before((now() - RETENTION).date())


@transaction.atomic
def carry_out(*, action: PersonAction, order: Order, reason: str) -> None:
    """Do what an operator confirmed, and announce OperatorActed with the reason, or do neither.

    Raises what the action's service refuses with.
    """
    action.run(order)
    announce(
        OperatorActed(
            audience=(f"about:{order.person.public_id}",),
            person_id=order.person.public_id,
            action=action.name,
            target_id=order.target or order.person.public_id,
            reason=reason,
        )
    )


def _this_round() -> datetime:
    seconds = SAMPLE_EVERY.total_seconds()
    present = now()
    return datetime.fromtimestamp(present.timestamp() // seconds * seconds, tz=present.tzinfo)


def _measured(since: datetime, until: datetime) -> Iterator[Sampled]:
    for source in sources:
        try:
            # A query that fails must not spoil those of the others.
            with transaction.atomic():
                yield from list(source.measure(since, until))
        except Exception:
            log.warning("source.unreadable", source=source.name, exc_info=True)


def _write(told: list[Sampled], at: datetime, *, is_continued: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "at": at,
                "is_continued": is_continued,
                "long_ago": at - _LONGEST_PAUSE,
                "series": [each.series for each in told],
                "values": [float(each.value) for each in told],
                "are_totals": [each.measure is Measure.TOTAL for each in told],
            },
        )
        return int(cursor.rowcount)
