"""System checks: what is kept must outlive the last retry."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from apps.webhooks.backoff import JITTER, LONGEST_PAUSE_SECONDS


@register("mainstay")
def deliveries_outlive_their_retries(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> list[CheckMessage]:
    """Refuse to start where a delivery would be past retention before its last attempt."""
    schedule = settings.WEBHOOKS_RETRY_SECONDS
    # Each pause may be as long as a receiver asks for.
    longest = sum(max(pause * (1 + JITTER), LONGEST_PAUSE_SECONDS) for pause in schedule)
    if timedelta(days=settings.WEBHOOKS_RETENTION_DAYS) > timedelta(seconds=longest):
        return []
    return [
        Error(
            f"WEBHOOKS_RETENTION_DAYS is {settings.WEBHOOKS_RETENTION_DAYS}, but the retries of "
            f"WEBHOOKS_RETRY_SECONDS may take {longest / 86400:.1f} days.",
            hint="Keep deliveries for longer than their retries take, a day for each at least.",
            id="webhooks.E001",
        )
    ]
