"""What a sender asks for: whom it is for, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import TextChoices


class TargetKind(TextChoices):
    """Whom a notification is for."""

    USERS = "users", "Users"
    TOPIC = "topic", "Everybody subscribed to a topic"
    SEGMENT = "segment", "Everybody a segment's query finds"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom a notification is for: public ids, or the name of a topic or segment."""

    kind: TargetKind
    user_ids: tuple[UUID, ...] = ()
    name: str = ""
    # Of a segment's query.
    arguments: Mapping[str, Any] = field(default_factory=dict)


class NotificationState(TextChoices):
    """Where a notification is on its way to its recipients."""

    SCHEDULED = "scheduled"
    EXPANDING = "expanding"
    EXPANDED = "expanded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class SentNotification:
    """What a sender is told at once: which notification it is, and whether it was known before."""

    notification_id: UUID
    is_new: bool
