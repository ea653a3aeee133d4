"""The health check of the snapshot horizon, as a class of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass

from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from typing_extensions import override

from apps.sync.horizon import LONG_SECONDS, horizon


@dataclass
class HorizonMoves(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Warns of a transaction that somebody forgot to end: pulls go on, and grow dearer."""

    @override
    def run(self) -> None:
        now = horizon()
        complaints = []
        if now.oldest_writer_seconds > LONG_SECONDS:
            complaints.append(f"a transaction is open for {now.oldest_writer_seconds:,.0f} s")
        if now.oldest_prepared_seconds > LONG_SECONDS:
            complaints.append(f"a prepared transaction is {now.oldest_prepared_seconds:,.0f} s old")
        if complaints:
            raise ServiceWarning(", ".join(complaints))
