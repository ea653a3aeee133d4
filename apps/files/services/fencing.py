"""Who writes to an upload: one request at a time, and a newcomer in place of one that fell silent.

Nothing is locked while bytes flow. Whoever begins takes the next generation, and what an earlier
one records after that changes no row.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from apps.files.errors import OffsetMismatch, UploadLocked
from apps.files.models import Upload
from apps.files.types import UploadState
from apps.kernel import clock
from apps.kernel.errors import NotFound

# A holder says something every `BEAT`; one that was silent for longer than this has gone.
SILENCE = timedelta(seconds=1)
BEAT_SECONDS = 0.5


def is_held(upload: Upload) -> bool:
    """Tell whether a request writes to the upload, as the database saw it when it was read."""
    moment = getattr(upload, "moment")  # noqa: B009  annotated by `locked`
    return upload.heard_at is not None and upload.heard_at > moment - SILENCE


def locked(**which: Any) -> Upload:
    """Return an upload, locked until the transaction ends; raises NotFound."""
    rows = Upload.objects.select_for_update(no_key=True).annotate(moment=Now())
    upload = rows.filter(**which).first()
    if upload is None:
        raise NotFound
    return upload


@transaction.atomic
def hold(upload_id: int, *, offset_bytes: int, prepare: Callable[[Upload], None]) -> Upload:
    """Take an upload to write to it from an offset on, and put off its expiry.

    ``prepare`` may refuse, or change the row that is then saved. Raises UploadLocked,
    OffsetMismatch, NotFound, and what ``prepare`` raises.
    """
    upload = locked(pk=upload_id)
    if is_held(upload):
        raise UploadLocked(headers={"Retry-After": "1"})
    if upload.offset_bytes != offset_bytes:
        raise OffsetMismatch(
            f"It stands at {upload.offset_bytes}.",
            headers={"Upload-Offset": str(upload.offset_bytes)},
        )
    prepare(upload)
    if upload.state == UploadState.RECEIVING:
        upload.generation += 1
        upload.expires_at = clock.now() + timedelta(hours=settings.FILES_UPLOAD_EXPIRY_HOURS)
        upload.save()
        _hear(upload)
    return upload


def beat(upload: Upload, **changes: Any) -> None:
    """Say that the holder lives, and record changes; raises UploadLocked where it is another."""
    if not _hear(upload, **changes):
        raise UploadLocked("Another request took the upload over.", headers={"Retry-After": "1"})


def let_go(upload: Upload) -> None:
    """Let the next one write at once, unless it does already."""
    _held_by(upload).update(heard_at=None)


@transaction.atomic
def fence_off(upload: Upload) -> Upload:
    """Take an upload away from whoever writes to it; return it, locked. Raises NotFound."""
    current = locked(pk=upload.pk)
    Upload.objects.filter(pk=upload.pk).update(generation=F("generation") + 1)
    return current


def _hear(upload: Upload, **changes: Any) -> int:
    return _held_by(upload).update(heard_at=Now(), **changes)


def _held_by(upload: Upload) -> QuerySet[Upload]:
    return Upload.objects.filter(
        pk=upload.pk, generation=upload.generation, state=UploadState.RECEIVING
    )
