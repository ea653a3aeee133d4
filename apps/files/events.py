"""What happens to uploads and files; their owner and their scope hear of it."""

from uuid import UUID

from apps.events.types import Event

_OWNED = {"owner_id": "owner_id", "name": "owner_id"}


class UploadProgressed(
    Event,
    topic="files.upload.progressed",
    personal={"owner_id": "owner_id"},
    ordering="upload_id",
):
    """More of an upload is here; at most once a second for each."""

    upload_id: UUID
    owner_id: UUID
    offset_bytes: int
    length_bytes: int | None


class FileUploaded(Event, topic="files.file.uploaded", personal=_OWNED, ordering="file_id"):
    """All bytes are here; whether they are what they should be is not known yet."""

    file_id: UUID
    owner_id: UUID
    purpose: str
    name: str
    size_bytes: int


class FileScanned(
    Event, topic="files.file.scanned", personal={"owner_id": "owner_id"}, ordering="file_id"
):
    """A file was looked through: it is clean, infected, refused, or could not be checked."""

    file_id: UUID
    owner_id: UUID
    state: str
    # For the owner; "" for a clean file.
    reason: str


class FileProcessed(
    Event, topic="files.file.processed", personal={"owner_id": "owner_id"}, ordering="file_id"
):
    """A rendition of a picture is ready or has failed; `remaining` of them are still to come."""

    file_id: UUID
    owner_id: UUID
    rendition: str
    format: str
    state: str
    remaining: int


class FileDeleted(
    Event, topic="files.file.deleted", personal={"owner_id": "owner_id"}, ordering="file_id"
):
    """A file is gone, with its renditions; why is ``owner``, ``operator`` or ``infected``."""

    file_id: UUID
    owner_id: UUID
    cause: str
