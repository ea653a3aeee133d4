"""Checking: everything between "all bytes are here" and "clean", for the files that are due.

Killed at any moment it loses nothing: what it held falls due again with its lease, its steps can be
taken twice, and bytes go only after the row that needed them has said so.
"""

import random
from datetime import timedelta
from time import monotonic
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.events.services import announce
from apps.files import metrics
from apps.files.access import audience_of
from apps.files.errors import NotReady, ScannerUnavailable, StorageUnavailable
from apps.files.events import FileScanned
from apps.files.fetching import LengthDiffers, fetched
from apps.files.judging import Judgement, judged, refusal
from apps.files.models import File, UploadPart
from apps.files.names import incoming_name
from apps.files.ports import purposes
from apps.files.scanning import signatures_in_use
from apps.files.services.claiming import Lease, LeaseLost, claim_next
from apps.files.services.settling import settle
from apps.files.storages import storage_named
from apps.files.types import FileState, Part, Transport
from apps.imaging.errors import ImagingBusy
from apps.kernel.clock import now
from apps.kernel.errors import NotFound

log = structlog.get_logger("files")

CHECK_SECONDS = 30.0
MOST_FAILURES = 5
# After a failure, each time thrice as long; and how long a file waits whose scanner is away.
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0
JITTER = 0.2
GIVEN_UP_REASON = "The file could not be checked. Its operator has been told."
_AWAY = (ScannerUnavailable, ImagingBusy, StorageUnavailable)


def check_due(*, seconds: float = CHECK_SECONDS) -> int:
    """Look through what is due, for about this long; return how many files that were.

    Any number of workers may do so at once. While a scanner does not answer nothing is taken: all
    files stay pending and due. Announces FileScanned for each that came to an end.
    """
    deadline = monotonic() + seconds
    checked = 0
    while monotonic() < deadline and _is_any_due() and scanners_answer():
        file = claim_next()
        if file is None:
            break
        _check(file)
        checked += 1
    return checked


def scanners_answer() -> bool:
    """Tell whether all scanners in use answer now."""
    try:
        signatures_in_use()
    except ScannerUnavailable as error:
        log.warning("scanner.unavailable", error=str(error))
        return False
    return True


@transaction.atomic
def check_again(file_id: UUID) -> None:
    """Let a file that could not be checked be looked through anew, soon.

    Raises NotFound, and NotReady for one that is in any other state.
    """
    file = File.objects.select_for_update(no_key=True).filter(public_id=file_id).first()
    if file is None:
        raise NotFound("There is no such file.")
    if file.state != FileState.ERROR:
        raise NotReady(f"The file is {file.state}.")
    file.state, file.failures, file.reason, file.due_at = FileState.PENDING, 0, "", now()
    file.save(update_fields=("state", "failures", "reason", "due_at", "updated_at"))


def _is_any_due() -> bool:
    return File.objects.filter(state=FileState.PENDING, due_at__lte=now()).exists()


def _check(file: File) -> None:
    """Bring one file to its end, or put it off; raises only where the database is away."""
    lease = Lease(file)
    try:
        if file.failures > MOST_FAILURES:
            _give_up(file, lease)
            return
        settle(file, _judgement(file, lease), lease)
    except LeaseLost:
        log.info("check.lost", file_id=str(file.public_id))
    except _AWAY as error:
        _put_off(file, lease, error)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("check.failed", file_id=str(file.public_id), failures=file.failures)
        _note_failure(file, lease, error)


def _judgement(file: File, lease: Lease) -> Judgement:
    purpose = purposes.get(file.purpose)
    assert purpose, "Files of other purposes are not claimed."
    if not file.size_bytes:
        return refusal("The file is empty.")
    _compose(file, lease)
    storage, beat = storage_named(file.storage), lease.beat
    try:
        with fetched(storage, file.incoming_name, size_bytes=file.size_bytes, beat=beat) as content:
            return judged(content, name=file.name, purpose=purpose)
    except LengthDiffers:
        return refusal(f"Not {file.size_bytes} bytes came, as was announced.")


def _compose(file: File, lease: Lease) -> None:
    """Have one object of the upload's parts; that it is there is written down once it is."""
    if file.incoming_name:
        return
    found = (
        UploadPart.objects.filter(upload__public_id=file.public_id)
        .select_related("upload")
        .order_by("number")
    )
    parts = [Part(object_name=part.object_name, size_bytes=part.size_bytes) for part in found]
    # Who holds a presigned request may go on writing, so that is copied out of their reach.
    is_ours = all(part.upload.transport != Transport.DIRECT for part in found)
    storage = storage_named(file.storage)
    if is_ours and len(parts) == 1 and storage.size(parts[0].object_name) == file.size_bytes:
        target = parts[0].object_name
    else:
        target = incoming_name(file.public_id)
        storage.compose(parts, target)
    lease.write(incoming_name=target)
    file.incoming_name = target


def _put_off(file: File, lease: Lease, error: Exception) -> None:
    """Look at it later; what it waits for is away, which is no failure of the file."""
    waited = (now() - file.created_at).total_seconds()
    pause = _varied(min(max(waited / 4, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))
    log.warning("check.put_off", file_id=str(file.public_id), error=str(error), seconds=pause)
    metrics.CHECKS.labels(outcome="pending").inc()
    _release(lease, failures=file.failures - 1, pause=pause)


def _note_failure(file: File, lease: Lease, error: Exception) -> None:
    if file.failures >= MOST_FAILURES:
        _give_up(file, lease)
        return
    metrics.CHECKS.labels(outcome="pending").inc()
    pause = FIRST_PAUSE_SECONDS * 3 ** (file.failures - 1)
    _release(lease, failures=file.failures, pause=_varied(min(pause, LONGEST_PAUSE_SECONDS)))


def _release(lease: Lease, *, failures: int, pause: float) -> None:
    try:
        lease.write(failures=failures, due_at=now() + timedelta(seconds=pause), claimed_until=None)
    except LeaseLost:
        # Whoever has it by now says when it is due.
        return


def _varied(seconds: float) -> float:
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  spreads load


def _give_up(file: File, lease: Lease) -> None:
    with transaction.atomic():
        lease.write(state=FileState.ERROR, reason=GIVEN_UP_REASON, claimed_until=None, due_at=None)
        announce(
            FileScanned(
                audience=audience_of(file),
                file_id=file.public_id,
                owner_id=file.owner.public_id,
                state=FileState.ERROR.value,
                reason=GIVEN_UP_REASON,
            )
        )
    metrics.CHECKS.labels(outcome=FileState.ERROR.value).inc()
    log.error("check.given_up", file_id=str(file.public_id), failures=file.failures)
