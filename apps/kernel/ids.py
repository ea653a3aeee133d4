"""Public ids: UUIDv7, which sort by time and so stay close together in an index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562 section 5.7)."""
    return uuid7()
