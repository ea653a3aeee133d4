"""The health check of the CDN, as a class of django-health-check.

Import this module only where a check is made: django-health-check takes half a second.
"""

from dataclasses import dataclass
from datetime import timedelta

from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from typing_extensions import override

from apps.cdn.selectors import state
from apps.kernel import clock

# One failure is nothing to wake anybody for.
_FAILS_FOR = timedelta(minutes=1)
_WAITS_SECONDS = 300.0


@dataclass
class CdnForgets(HealthCheck):  # type: ignore[misc]  # health_check has no types
    """Warns where the CDN takes no purges, or not fast enough: it serves what is gone meanwhile."""

    @override
    def run(self) -> None:
        found = state()
        if found.failing_since and clock.now() - found.failing_since > _FAILS_FOR:
            raise ServiceWarning(f"The CDN has taken no purge since {found.failing_since:%H:%M}")
        if found.oldest_seconds > _WAITS_SECONDS:
            raise ServiceWarning("Purges wait for more than five minutes")
