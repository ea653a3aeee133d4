"""Discarding: an upload goes with all its bytes, whoever writes to it at that moment."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Sum

from apps.files.errors import StorageUnavailable
from apps.files.models import Upload
from apps.files.services.fencing import fence_off
from apps.files.services.quotas import release
from apps.files.storages import storage_named
from apps.files.types import Concatenation, UploadState
from apps.kernel.errors import NotFound

log = structlog.get_logger("files")


@transaction.atomic
def discard_upload(upload: Upload) -> None:
    """Remove an upload, its parts, and what it takes of its owner's room; a file of it stays.

    Its objects go after the commit; those that do not, because the storage is away or a request
    was writing, are orphans, which are swept later. Raises NotFound where it has gone already.
    """
    current = fence_off(upload)
    release(current.owner_id, room_taken(current))
    names = [] if _has_file(current) else list(current.parts.values_list("object_name", flat=True))
    current.delete()
    if names:
        transaction.on_commit(partial(_delete_objects, current.storage, names), robust=True)


def discard_upload_if_any(upload: Upload) -> None:
    """Remove an upload as `discard_upload` does, if it has not gone already."""
    with suppress(NotFound):
        discard_upload(upload)


def room_taken(upload: Upload) -> int:
    """Return how many bytes of the owner's room are an upload's, and not a file's."""
    if _has_file(upload):
        return 0
    if upload.state == UploadState.COMPLETE:
        # Of a partial one: nothing, once its parts went into a final one.
        return upload.parts.aggregate(bytes=Sum("size_bytes"))["bytes"] or 0
    return upload.offset_bytes if upload.length_bytes is None else upload.length_bytes


def _has_file(upload: Upload) -> bool:
    is_partial = upload.concatenation == Concatenation.PARTIAL
    return upload.state == UploadState.COMPLETE and not is_partial


def _delete_objects(storage: str, names: Sequence[str]) -> None:
    try:
        storage_named(storage).delete(names)
    except StorageUnavailable:
        log.warning("upload.objects_left", storage=storage, objects=len(names))
