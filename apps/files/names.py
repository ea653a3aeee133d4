"""Names of objects: made here, from ids and hashes alone."""

import re
from uuid import UUID

INCOMING = "incoming/"
CONTENT = "content/"
RENDITIONS = "renditions/"
QUARANTINE = "quarantine/"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")


def part_name(upload_id: UUID, number: int, generation: int) -> str:
    """Return the name of a part: nobody else ever writes under it."""
    return f"{INCOMING}{upload_id}/{number}-{generation}"


def incoming_name(upload_id: UUID) -> str:
    """Return where an upload's bytes lie together until they were looked through."""
    return f"{INCOMING}{upload_id}/whole"


def upload_prefix(upload_id: UUID) -> str:
    """Return what the names of all objects of an upload begin with, and no other name."""
    return f"{INCOMING}{upload_id}/"


def content_name(sha256: str) -> str:
    """Return the name of bytes, which follows from them alone."""
    return f"{CONTENT}{sha256[:2]}/{sha256}"


def rendition_name(sha256: str, name: str, format_name: str) -> str:
    """Return the name of a rendition of bytes."""
    return f"{renditions_prefix(sha256)}{name}.{format_name}"


def renditions_prefix(sha256: str) -> str:
    """Return what the names of all renditions of bytes begin with, and no other name."""
    return f"{RENDITIONS}{sha256[:2]}/{sha256}/"


def quarantine_name(sha256: str) -> str:
    """Return where infected bytes lie until they are removed."""
    return f"{QUARANTINE}{sha256[:2]}/{sha256}"


def checked_name(name: str) -> str:
    """Return the name; raises ValueError for one that no function here would have made.

    Nothing in it leads upwards, is hidden, or means something to a shell or in a URL.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"No object can be called {name!r}.")
    return name
