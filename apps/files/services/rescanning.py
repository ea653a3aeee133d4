"""Rescanning: what is clean is looked at again, in the background, once a scanner knows more."""

from datetime import timedelta
from time import monotonic

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from apps.files import metrics
from apps.files.errors import ScannerUnavailable, StorageUnavailable
from apps.files.models import Blob
from apps.files.scanning import scan, signatures_in_use
from apps.files.services.quarantining import quarantine, remove_remains
from apps.files.storages import storage_named
from apps.files.types import Checked, FileState
from apps.kernel.clock import now

log = structlog.get_logger("files")

RESCAN_SECONDS = 30.0
# Longer than a look at the largest file.
LEASE = timedelta(minutes=30)
# After a look that failed, the next one.
FAILED_PAUSE = timedelta(hours=1)


def rescan_due(*, seconds: float = RESCAN_SECONDS) -> int:
    """Look anew at blobs that were scanned by other signatures, for about this long.

    Returns how many were looked at. Where something is found, the blob is quarantined with all that
    was made of it. Any number of workers may do so at once; killed at any moment it goes on later.
    """
    deadline = monotonic() + seconds
    _finish_removals()
    looked_at = 0
    try:
        while monotonic() < deadline:
            signatures = signatures_in_use()
            blob = _claim(signatures)
            if blob is None:
                break
            _rescan(blob, signatures)
            looked_at += 1
    except (ScannerUnavailable, StorageUnavailable) as error:
        log.warning("rescan.put_off", error=str(error))
    return looked_at


def request_rescan() -> int:
    """Let all clean blobs be looked at again, whatever signatures they were scanned by.

    For what no version tells of, such as a signature added by hand. Returns how many that are.
    """
    return Blob.objects.filter(state=FileState.CLEAN).update(signatures="", updated_at=now())


@transaction.atomic
def _claim(signatures: str) -> Blob | None:
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now())
    # Two ranges of the index, each empty once all is looked at.
    is_outdated = Q(signatures__lt=signatures) | Q(signatures__gt=signatures)
    blob = (
        Blob.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(is_free, is_outdated, state=FileState.CLEAN)
        .order_by("id")
        .first()
    )
    if blob:
        blob.claimed_until = now() + LEASE
        blob.save(update_fields=("claimed_until", "updated_at"))
    return blob


def _rescan(blob: Blob, signatures: str) -> None:
    ours = Blob.objects.filter(pk=blob.pk, state=FileState.CLEAN, claimed_until=blob.claimed_until)
    storage = storage_named(blob.storage)
    try:
        verdict = scan(lambda: storage.read(blob.object_name), size_bytes=blob.size_bytes)
        if verdict.outcome is Checked.INFECTED:
            quarantine(blob, verdict)
        else:
            ours.update(
                signatures=signatures,
                engine=verdict.engine,
                scanned_at=now(),
                claimed_until=None,
                updated_at=now(),
            )
    except (ScannerUnavailable, StorageUnavailable):
        ours.update(claimed_until=None)
        raise
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("rescan.failed", sha256=blob.sha256)
        ours.update(claimed_until=now() + FAILED_PAUSE)
        return
    metrics.RESCANS.labels(outcome=verdict.outcome.value).inc()


def _finish_removals() -> None:
    """Remove what workers that died had still to remove."""
    for blob in Blob.objects.filter(state=FileState.INFECTED, claimed_until__lte=now()):
        remove_remains(blob)
