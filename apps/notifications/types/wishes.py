"""What people want, and what lies in their inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db.models import TextChoices

from apps.notifications.types.channels import Channel


@dataclass(frozen=True, kw_only=True)
class PreferenceChange:
    """A channel of a category, switched on, off, or (None) back to what is usual."""

    category: str
    channel: Channel
    is_enabled: bool | None


@dataclass(frozen=True, kw_only=True)
class CategoryPreference:
    """A category, and by which ways one person is sent what is of it."""

    key: str
    name: str
    description: str
    is_mandatory: bool
    push: bool
    email: bool
    inbox: bool


@dataclass(frozen=True, kw_only=True)
class QuietHoursSetting:
    """A person's quiet hours as they set them; until they do, the usual ones, switched off."""

    is_enabled: bool = False
    starts_at: time = time(22)
    ends_at: time = time(7)
    weekdays: Sequence[int] = (1, 2, 3, 4, 5, 6, 7)
    # "" for the person's own.
    time_zone: str = ""


@dataclass(frozen=True, kw_only=True)
class QuietTimes:
    """When a person wants quiet, in their own time; ``start`` after ``end`` spans midnight."""

    start: time
    end: time
    # ISO weekdays (1 is Monday) on which a quiet time starts.
    weekdays: tuple[int, ...]
    time_zone: str


class InboxChange(TextChoices):
    """What a person did with items of their inbox."""

    SEEN = "seen", "Seen"
    READ = "read", "Read"
    UNREAD = "unread", "Unread again"
    ARCHIVED = "archived", "Archived"


@dataclass(frozen=True, kw_only=True)
class InboxCounts:
    """How many items of an inbox are unread, and how many the person has not even seen."""

    unread: int
    unseen: int
