"""Parcels and templates that tests of words are about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apps.notifications.types import (
    Address,
    Channel,
    Content,
    Parcel,
    PushService,
    TemplateTexts,
    Text,
)

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
REFERENCE = UUID("019abc00-0000-7000-8000-000000000001")


def parcel_of(content: Content, **fields: Any) -> Parcel:
    """Return a parcel that carries this content."""
    told: dict[str, Any] = {
        "delivery_id": 7,
        "reference": REFERENCE,
        "channel": Channel.PUSH,
        "lease_token": UUID(int=1),
        "leased_until": NOW,
        "expires_at": NOW + timedelta(hours=1),
        "attempt_number": 1,
        "address": Address(service=PushService.FCM, token="token-1", registered_at=NOW),
    }
    return Parcel(content=content, **{**told, **fields})


def template_of(texts: dict[tuple[str, str], Text], **variables: str) -> TemplateTexts:
    """Return a template with these texts and samples."""
    return TemplateTexts(
        key="lifts.stuck", category="maintenance", variables=variables, texts=texts
    )
