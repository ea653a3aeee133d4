"""Settling: what came of looking through a file is written down, and its bytes find their place.

Bytes are copied to their new place before the row says so, and removed from the old one after.
"""

from django.db import transaction

from apps.events.services import announce
from apps.files import metrics
from apps.files.access import audience_of
from apps.files.errors import ObjectMissing
from apps.files.events import FileScanned
from apps.files.judging import INFECTED_REASON, Judgement
from apps.files.models import Blob, File, UploadPart
from apps.files.names import content_name, quarantine_name
from apps.files.ports import purposes
from apps.files.services.claiming import Lease
from apps.files.services.quarantining import condemn, remove_remains
from apps.files.services.quotas import release
from apps.files.services.renditions import plan_renditions
from apps.files.storages import storage_named
from apps.files.types import FileState, Part, Storage
from apps.kernel.clock import now


def settle(file: File, judgement: Judgement, lease: Lease) -> None:
    """Bring a file to its end; announces FileScanned. Raises LeaseLost, StorageUnavailable."""
    storage = storage_named(file.storage)
    if judgement.state is not FileState.REFUSED:
        _copy(storage, file, _place_of(judgement))
    with transaction.atomic():
        blob = None if judgement.state is FileState.REFUSED else _held_blob(file, judgement)
        state = FileState(blob.state) if blob else judgement.state
        _conclude(file, judgement, lease, blob=blob, state=state)
    metrics.CHECKS.labels(outcome=state.value).inc()
    if blob and state is FileState.INFECTED:
        remove_remains(blob)
    _remove_incoming(storage, file)


def _place_of(judgement: Judgement) -> str:
    is_clean = judgement.state is FileState.CLEAN
    return content_name(judgement.sha256) if is_clean else quarantine_name(judgement.sha256)


def _copy(storage: Storage, file: File, target: str) -> None:
    whole = Part(object_name=file.incoming_name, size_bytes=file.size_bytes)
    storage.compose([whole], target)


def _held_blob(file: File, judgement: Judgement) -> Blob:
    """Return the blob of these bytes, which the caller's transaction holds now.

    Somebody may have brought them before: then it is that one, and infected if either of the two
    looks found something.
    """
    assert judgement.verdict, "Only what was scanned has a blob."
    verdict = judgement.verdict
    blob, is_new = Blob.objects.select_for_update(no_key=True).get_or_create(
        sha256=judgement.sha256,
        storage=file.storage,
        defaults={
            "object_name": _place_of(judgement),
            "size_bytes": file.size_bytes,
            "content_type": judgement.content_type,
            "width": judgement.width,
            "height": judgement.height,
            "state": judgement.state,
            "engine": verdict.engine,
            "signatures": verdict.signatures,
            "threat": verdict.threat,
            "scanned_at": now(),
        },
    )
    if not is_new and blob.state == FileState.CLEAN and judgement.state is FileState.INFECTED:
        condemn(blob, verdict)
    # It may have been removed while nobody needed it, between our copying and the lock. Of what is
    # infected nobody needs the bytes.
    is_clean = blob.state == FileState.CLEAN
    if is_clean and storage_named(blob.storage).size(blob.object_name) != file.size_bytes:
        raise ObjectMissing(blob.object_name)
    if blob.unused_at:
        blob.unused_at = None
        blob.save(update_fields=("unused_at", "updated_at"))
    return blob


def _conclude(
    file: File, judgement: Judgement, lease: Lease, *, blob: Blob | None, state: FileState
) -> None:
    """Write down the end of the file's being looked through, in the caller's transaction."""
    # Clean by this look, infected by an earlier one.
    reason = INFECTED_REASON if state is FileState.INFECTED else judgement.reason
    lease.write(
        state=state, reason=reason, blob=blob, incoming_name="", due_at=None, claimed_until=None
    )
    if state is not FileState.CLEAN:
        release(file.owner_id, file.size_bytes)
    announce(
        FileScanned(
            audience=audience_of(file),
            file_id=file.public_id,
            owner_id=file.owner.public_id,
            state=state.value,
            reason=reason,
        )
    )
    purpose = purposes.get(file.purpose)
    if blob and purpose and state is FileState.CLEAN and judgement.is_picture:
        plan_renditions(blob, urgency=purpose.urgency, file=file)


def _remove_incoming(storage: Storage, file: File) -> None:
    """Remove the bytes from where they came in; what a killed worker leaves there is swept."""
    parts = UploadPart.objects.filter(upload__public_id=file.public_id)
    names = {file.incoming_name, *parts.values_list("object_name", flat=True)} - {""}
    storage.delete(sorted(names))
    parts.delete()
