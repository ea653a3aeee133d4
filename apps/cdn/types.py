"""The words of the CDN: classes of content, and what was asked of its caches."""

from enum import StrEnum

from django.db.models import TextChoices


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
