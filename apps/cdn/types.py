"""The words of the CDN: classes of content, and what was asked of its caches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import TextChoices

# URLs or tags that one request tells of: what Cloudflare takes.
MOST_SUBJECTS = 100


class ContentClass(StrEnum):
    """What an answer is, to the caches between us and whoever asked."""

    # Its URL holds a hash of its bytes, so that it never changes.
    IMMUTABLE = "immutable"
    # A picture that anybody may see, under a URL whose bytes may change or go.
    PUBLIC_IMAGE = "public_image"
    # For those who may see it; their own device keeps it, and asks each time whether it may.
    PRIVATE = "private"
    # An answer of the API: as private, and different for each who asks.
    API = "api"
    # Secrets, and what is true for one moment only.
    NEVER_STORED = "never_stored"

    @property
    def may_be_public(self) -> bool:
        """Tell whether a cache may give it to somebody else."""
        return self in {ContentClass.IMMUTABLE, ContentClass.PUBLIC_IMAGE}


class Target(TextChoices):
    """What a purge meets."""

    URLS = "urls", "URLs"
    TAGS = "tags", "Tags"
    EVERYTHING = "everything", "Everything"


class PurgeState(TextChoices):
    """How far a purge has come."""

    # Due, or waiting for the CDN to be well again.
    PENDING = "pending", "Pending"
    DONE = "done", "Done"
    # The CDN refused it; sent again it would be refused again.
    REFUSED = "refused", "Refused"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast a provider takes requests: a bucket of so many, filled at a steady rate."""

    per_minute: int
    at_once: int


@dataclass(frozen=True, kw_only=True)
class CdnState:
    """How the CDN fares, and what it has not yet been told."""

    pending: int
    # How long the first of those waits that it was never told; 0 where none does.
    oldest_seconds: float
    # None while it answers.
    failing_since: datetime | None
    paused_until: datetime | None
    problem: str
