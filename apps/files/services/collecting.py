"""Collecting: what rows say is over goes from the storage, soon after they do.

Killed at any moment it leaves rows that say the same, and is done again: objects that are gone
already are none of an error.
"""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.files.errors import StorageUnavailable
from apps.files.models import Blob, File, Upload
from apps.files.names import renditions_prefix, upload_prefix
from apps.files.services.discarding import discard_upload
from apps.files.storages import storage_named
from apps.files.types import FileState
from apps.kernel.clock import now

log = structlog.get_logger("files")

AT_ONCE = 500
# Whoever writes to an upload is heard more often; its last bytes may come late.
_SILENT = timedelta(minutes=1)
# Its bytes are still where the upload brought them.
_NOT_LOOKED_THROUGH = (FileState.PENDING, FileState.ERROR)


def collect() -> tuple[int, int]:
    """Remove expired uploads and blobs that lost a file; return how many of each."""
    return remove_expired_uploads(), remove_unused_blobs()


def remove_expired_uploads() -> int:
    """Remove uploads whose time is over, with their parts; return how many.

    One whose file waits to be looked through is kept until it was, and one that somebody writes to
    until they are silent.
    """
    ids = expired_uploads().order_by("expires_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_is_removed(upload_id) for upload_id in ids)


def expired_uploads() -> QuerySet[Upload]:
    """Return the uploads whose time is over, as far as nobody needs their bytes."""
    moment = now()
    over = Upload.objects.filter(expires_at__lte=moment).exclude(heard_at__gt=moment - _SILENT)
    waiting = File.objects.filter(public_id=OuterRef("public_id"), state__in=_NOT_LOOKED_THROUGH)
    return over.filter(~Exists(waiting))


def remove_unused_blobs() -> int:
    """Remove blobs that no file points to any more, with their renditions; return how many."""
    marked = Blob.objects.filter(unused_at__isnull=False).order_by("unused_at")
    ids = marked.values_list("pk", flat=True)[:AT_ONCE]
    return sum(remove_blob_if_unused(blob_id) for blob_id in ids)


@transaction.atomic
def remove_blob_if_unused(blob_id: int) -> bool:
    """Remove a blob and its objects unless a file points to it; tell whether it is gone.

    Who links a file to it holds its row meanwhile, or waits for us and finds none (`settling`).
    """
    free = Q(claimed_until=None) | Q(claimed_until__lte=now())
    blob = Blob.objects.select_for_update(skip_locked=True).filter(free, pk=blob_id).first()
    if blob is None:
        return False
    if File.objects.filter(blob=blob).exists():
        Blob.objects.filter(pk=blob_id).update(unused_at=None)
        return False
    try:
        _remove_objects(blob)
    except StorageUnavailable:
        log.warning("blob.kept", storage=blob.storage, object=blob.object_name)
        return False
    blob.delete()
    return True


def _remove_objects(blob: Blob) -> None:
    storage = storage_named(blob.storage)
    made = [found.name for found in storage.names(renditions_prefix(blob.sha256))]
    storage.delete([blob.object_name, *made])


def _is_removed(upload_id: int) -> bool:
    with transaction.atomic():
        upload = Upload.objects.select_for_update(no_key=True).filter(pk=upload_id).first()
        # Somebody may have gone on with it while we came to it.
        if upload is None or not expired_uploads().filter(pk=upload_id).exists():
            return False
        # Of a final one the parts have the names of those that it is made of.
        names = list(upload.parts.values_list("object_name", flat=True))
        discard_upload(upload)
    try:
        storage = storage_named(upload.storage)
        below = [found.name for found in storage.names(upload_prefix(upload.public_id))]
        storage.delete([*names, *below])
    except StorageUnavailable:
        # They are orphans by now, which the sweep removes.
        log.warning("upload.objects_left", storage=upload.storage, objects=len(names))
    return True
