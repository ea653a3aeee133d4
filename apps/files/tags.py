"""The tags under which caches and CDNs keep what was made of files."""

from uuid import UUID


def tag_of(file_id: UUID) -> str:
    """Return the tag of everything that a file's bytes are in."""
    return f"file-{file_id}"
