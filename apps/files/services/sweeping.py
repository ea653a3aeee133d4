"""Sweeping: what nobody needs any more goes, what should be there and is not is told."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from time import monotonic

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.metrics import SWEPT
from apps.files.models import Blob, File, Sweep
from apps.files.services.collecting import (
    expired_uploads,
    remove_blob_if_unused,
    remove_expired_uploads,
)
from apps.files.services.orphans import old_quarantine_in, orphans_in, remove_orphan
from apps.files.services.quotas import reconcile, users_off
from apps.files.storages import storage_named
from apps.files.types import FileState, StoredObject, SweepReport
from apps.kernel.clock import now

log = structlog.get_logger("files")

# Of those that are missing; one thing is wrong with all of them.
MOST_NAMED = 100
# Asking a storage for each object takes long; the next sweep goes on where this one ended.
LOOKING_SECONDS = 20.0
_KEPT = timedelta(days=30)


def sweep(*, is_dry_run: bool = False) -> SweepReport:
    """Remove expired uploads, unused blobs, orphans and old quarantine; set usages right.

    Safe beside everything else that is under way, and beside another sweep. A storage that does
    not answer is left for the next one. A dry run only tells what would be done. Returns what was
    found, which is also kept for the admin.
    """
    report = SweepReport(at=now(), is_dry_run=is_dry_run)
    started = monotonic()
    report = _collected(report)
    for storage in _storages():
        try:
            report = _swept(report, storage)
        except StorageUnavailable:
            log.warning("sweep.storage_away", storage=storage)
            report = replace(report, storages_away=(*report.storages_away, storage))
    report = _looked(report)
    off = users_off()
    if not is_dry_run:
        off = [user_id for user_id in off if reconcile(user_id)]
    report = replace(report, usages_off=len(off), seconds=round(monotonic() - started, 3))
    if not is_dry_run:
        _keep(report)
    return report


def _storages() -> list[str]:
    used = set(Blob.objects.order_by().values_list("storage", flat=True).distinct())
    return sorted(used | {settings.FILES_STORAGE})


def _collected(report: SweepReport) -> SweepReport:
    if report.is_dry_run:
        uploads, blobs = expired_uploads().count(), sum(1 for _ in _unused_blobs())
    else:
        uploads = remove_expired_uploads()
        blobs = sum(remove_blob_if_unused(blob_id) for blob_id in _unused_blobs())
    return replace(report, expired_uploads=uploads, unused_blobs=blobs)


def _unused_blobs() -> Iterator[int]:
    """Yield blobs without files: also those whose owner was erased, which marks none of them."""
    files = File.objects.filter(blob=OuterRef("pk"))
    unused = Blob.objects.filter(~Exists(files)).order_by("pk")
    return unused.values_list("pk", flat=True).iterator()


def _swept(report: SweepReport, storage: str) -> SweepReport:
    orphans = list(_removed(storage, orphans_in(storage), report))
    quarantine = list(old_quarantine_in(storage))
    if not report.is_dry_run:
        storage_named(storage).delete([each.name for each in quarantine])
    return replace(
        report,
        orphaned_objects=report.orphaned_objects + len(orphans),
        orphaned_bytes=report.orphaned_bytes + sum(each.size_bytes for each in orphans),
        quarantined_objects=report.quarantined_objects + len(quarantine),
    )


def _removed(
    storage: str, orphans: Iterator[StoredObject], report: SweepReport
) -> Iterator[StoredObject]:
    for each in orphans:
        if report.is_dry_run or remove_orphan(storage, each):
            yield each


def _looked(report: SweepReport) -> SweepReport:
    """Look whether the objects of blobs are there, on from where the last sweep ended."""
    missing: list[str] = []
    reached = last = _looked_until()
    deadline = monotonic() + LOOKING_SECONDS
    rows = Blob.objects.filter(pk__gt=last, state=FileState.CLEAN).order_by("pk")
    for blob in rows.iterator(chunk_size=500):
        if monotonic() > deadline:
            break
        if _is_missing(blob):
            log.error("object.missing", object=blob.object_name, storage=blob.storage)
            missing.append(blob.object_name)
        reached = blob.pk
    else:
        # The next sweep begins anew.
        reached = 0
    return replace(report, missing_objects=tuple(missing[:MOST_NAMED]), looked_until=reached)


def _looked_until() -> int:
    last = Sweep.objects.order_by("-id").first()
    return last.report.get("looked_until", 0) if last else 0


def _is_missing(blob: Blob) -> bool:
    try:
        size = storage_named(blob.storage).size(blob.object_name)
    except ObjectMissing:
        size = None
    except StorageUnavailable:
        return False
    # It may have been removed with its blob meanwhile.
    is_sound = size == blob.size_bytes
    return not is_sound and Blob.objects.filter(pk=blob.pk, state=FileState.CLEAN).exists()


def _keep(report: SweepReport) -> None:
    SWEPT.inc(report.orphaned_objects)
    Sweep.objects.create(report={**asdict(report), "at": report.at.isoformat()})
    Sweep.objects.filter(created_at__lt=now() - _KEPT).delete()
