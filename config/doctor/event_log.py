"""Whether the event log is kept and read: partitions, consumers, transaction ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.events.models import LOG_PARTITIONS, ConsumerCursor
from apps.events.selectors import consumer_lags, horizon_age_seconds, is_ahead_of_server
from apps.events.types import ConsumerLag
from apps.kernel.clock import now
from apps.kernel.ports import Finding

LEAST_DAYS_AHEAD = 2
LONGEST_LAG_SECONDS = 300
OLDEST_HORIZON_SECONDS = 60


@dataclass(frozen=True)
class EventLogExamination:
    """The spine."""

    name: str = "event log"
    cure: str = "Mend the database first; if it is well, run `manage.py migrate`."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen; raises where the tables are missing."""
        yield partitions_finding(LOG_PARTITIONS.days(), today=now().date())
        yield from (consumer_finding(lag) for lag in consumer_lags())
        yield horizon_finding(horizon_age_seconds())
        yield restore_finding(is_ahead=is_ahead_of_server())


def partitions_finding(days: Sequence[date], *, today: date) -> Finding:
    """Judge how far ahead the log has partitions; ``days`` are oldest first."""
    if days and days[-1] >= today + timedelta(days=LEAST_DAYS_AHEAD):
        return Finding(f"partitions reach to {days[-1]}")
    return Finding(
        f"partitions reach only to {days[-1] if days else 'nowhere'}",
        "Run `manage.py events maintain`, and see that `manage.py events dispatch` runs: it does "
        "so every hour.",
    )


def consumer_finding(lag: ConsumerLag) -> Finding:
    """Judge one consumer."""
    if lag.state == ConsumerCursor.State.STOPPED:
        return Finding(
            f"consumer {lag.name} stopped: {lag.error.strip().rpartition(chr(10))[2]}",
            f"Mend the cause, then `manage.py events resume {lag.name}`; or pass over the event "
            f"with `manage.py events skip {lag.name} --reason …`.",
        )
    if lag.seconds > LONGEST_LAG_SECONDS:
        return Finding(
            f"consumer {lag.name} is {lag.seconds:.0f} s behind",
            "See that `manage.py events dispatch` runs, and what it logs.",
        )
    return Finding(f"consumer {lag.name} runs, {lag.seconds:.0f} s behind")


def horizon_finding(age_seconds: float) -> Finding:
    """Judge the age of the oldest writing transaction, which all consumers wait for."""
    is_well = age_seconds <= OLDEST_HORIZON_SECONDS
    return Finding(
        f"oldest writing transaction: {age_seconds:.0f} s",
        "" if is_well else "Find it in pg_stat_activity (oldest xact_start) and end it.",
    )


def restore_finding(*, is_ahead: bool) -> Finding:
    """Judge whether the log came from another server's backup."""
    if not is_ahead:
        return Finding("transaction ids are of this server")
    return Finding(
        "the log holds transaction ids this server has not reached: it was restored",
        "Stop the consumers and run `manage.py events restamp`.",
    )
