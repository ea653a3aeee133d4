"""Appending: the bytes of one request are recorded as they come, so that what a cut left counts.

Nothing here is held while bytes flow; `fencing` keeps a second writer out.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction

from apps.events.services import announce
from apps.files.access import audience_of
from apps.files.bodies import Body
from apps.files.checksums import Checksum
from apps.files.errors import (
    ChecksumMismatch,
    StorageUnavailable,
    TooLarge,
    TypeNotAllowed,
    UploadExpired,
    UploadNotWritable,
)
from apps.files.events import UploadProgressed
from apps.files.models import Upload, UploadPart
from apps.files.part_writers import PART_BYTES, part_writer, refuse_many_parts
from apps.files.purposes import known_purpose, largest_limit
from apps.files.services.completing import complete_upload
from apps.files.services.discarding import discard_upload
from apps.files.services.fencing import BEAT_SECONDS, beat, hold, let_go
from apps.files.services.quotas import reserve
from apps.files.services.sniffing_early import Sniffer
from apps.files.storages import storage_named
from apps.files.types import Concatenation, Part, Transport, UploadState
from apps.kernel import clock
from apps.kernel.errors import AppError, Invalid, NotFound

ANNOUNCED_EVERY = timedelta(seconds=1)


def append(
    upload: Upload,
    body: Body,
    *,
    offset_bytes: int,
    length_bytes: int | None = None,
    checksum: Checksum | None = None,
) -> Upload:
    """Add the bytes of a request to an upload; return it as it then stands.

    All that came of a cut body is kept, unless it has a checksum. With the last byte the upload
    is complete. ``length_bytes`` says how long it will be, where that was deferred. Announces
    UploadProgressed, at most once a second, and FileUploaded.

    Raises OffsetMismatch, UploadLocked, UploadExpired, UploadNotWritable, Invalid, TooLarge,
    TooManyParts, QuotaExceeded and StorageUnavailable; ChecksumMismatch, with nothing kept; and
    TypeNotAllowed, with which the upload ends. Source: tus 1.0.0.
    """

    def prepare(current: Upload) -> None:
        refuse_unwritable(current)
        if length_bytes is not None:
            _declare_length(current, length_bytes)
        if current.state == UploadState.RECEIVING:
            refuse_many_parts(current.parts.count() + 1)
        _refuse_more_than_there_may_be(current, offset_bytes + (body.length_bytes or 0))

    held = hold(upload.pk, offset_bytes=offset_bytes, prepare=prepare)
    if held.state == UploadState.COMPLETE:
        return held
    try:
        _write(held, body, checksum)
    except TypeNotAllowed:
        discard_upload(held)
        raise
    finally:
        let_go(held)
    return held


def refuse_unwritable(upload: Upload) -> None:
    """Raise UploadExpired or NotFound, or UploadNotWritable, where no bytes are taken any more."""
    refuse_expired(upload)
    if upload.transport != Transport.TUS:
        raise UploadNotWritable("Its bytes do not come by tus.")
    if upload.concatenation == Concatenation.FINAL:
        raise UploadNotWritable("It is made of other uploads.")


def refuse_expired(upload: Upload) -> None:
    """Raise UploadExpired, or NotFound where the settings say so, for one whose time is over."""
    if upload.state == UploadState.COMPLETE or upload.expires_at > clock.now():
        return
    raise NotFound if settings.FILES_EXPIRED_STATUS == 404 else UploadExpired


def limit_of(upload: Upload) -> int:
    """Return how many bytes the upload may come to have."""
    if upload.length_bytes is not None:
        return upload.length_bytes
    if upload.concatenation == Concatenation.PARTIAL:
        return largest_limit()
    return known_purpose(upload.purpose).limit_bytes


def _declare_length(upload: Upload, length_bytes: int) -> None:
    if upload.length_bytes is not None:
        if upload.length_bytes != length_bytes:
            raise Invalid.naming(("Upload-Length", "The length was said before, and stays."))
        return
    if length_bytes < upload.offset_bytes:
        raise Invalid.naming(("Upload-Length", "More bytes than that are here."))
    _refuse_more_than_there_may_be(upload, length_bytes)
    reserve(upload.owner_id, length_bytes - upload.offset_bytes)
    upload.length_bytes = length_bytes


def _refuse_more_than_there_may_be(upload: Upload, size: int) -> None:
    limit = limit_of(upload)
    if size > limit:
        raise TooLarge(f"There may be {limit} bytes.")


def _write(upload: Upload, body: Body, checksum: Checksum | None) -> None:
    writing = _Writing(upload, checksum)
    try:
        for block in body:
            writing.take(block)
        writing.finish()
    except StorageUnavailable:
        # It would not remove anything either.
        raise
    except AppError:
        writing.remove_unrecorded()
        raise


class _Writing:
    """The bytes of one request on their way into the storage and the tables."""

    def __init__(self, upload: Upload, checksum: Checksum | None) -> None:
        self._upload = upload
        self._checksum = checksum
        self._running = checksum.running() if checksum else None
        self._begun_at = self._taken_up_to = upload.offset_bytes
        self._limit = limit_of(upload)
        self._storage = storage_named(upload.storage)
        self._first_number = upload.parts.count()
        self._writer = part_writer(self._storage, upload, first_number=self._first_number)
        self._recorded: Sequence[Part] = ()
        self._sniffer = Sniffer(upload, self._storage)
        self._heard = monotonic()

    def take(self, block: bytes) -> None:
        """Take more bytes."""
        self._taken_up_to += len(block)
        if self._taken_up_to > self._limit:
            raise TooLarge(f"There may be {self._limit} bytes, and there are more.")
        if self._running:
            self._running.update(block)
        self._sniffer.see(block)
        self._writer.write(block)
        self._keep_what_is_due()

    def finish(self) -> None:
        """Record all, or nothing of it where the checksum differs."""
        parts = self._writer.finish()
        if self._checksum and self._running and not self._checksum.is_met_by(self._running):
            raise ChecksumMismatch
        self._keep(parts)

    def remove_unrecorded(self) -> None:
        """Remove the objects of this request of which no row tells, so that none is left behind."""
        recorded = {part.object_name for part in self._recorded}
        written = [part.object_name for part in self._writer.written()]
        with suppress(StorageUnavailable):
            self._storage.delete([name for name in written if name not in recorded])

    def _keep_what_is_due(self) -> None:
        """Record now and then; never the last byte, behind which there may be one too many."""
        unrecorded = self._taken_up_to - self._upload.offset_bytes
        if unrecorded < PART_BYTES and monotonic() - self._heard < BEAT_SECONDS:
            return
        parts = self._writer.written()
        offset = self._begun_at + sum(part.size_bytes for part in parts)
        if self._checksum or offset in {self._upload.offset_bytes, self._limit}:
            beat(self._upload)
        else:
            self._keep(parts)
        self._heard = monotonic()

    def _keep(self, parts: list[Part]) -> None:
        self._record(parts)
        self._recorded = parts

    @transaction.atomic
    def _record(self, parts: list[Part]) -> None:
        upload, former = self._upload, self._upload.offset_bytes
        offset = self._begun_at + sum(part.size_bytes for part in parts)
        if offset == upload.length_bytes:
            self._sniffer.decide()
        beat(upload, offset_bytes=offset, sniffed=self._sniffer.sniffed)
        self._write_rows(parts)
        upload.offset_bytes, upload.sniffed = offset, self._sniffer.sniffed
        if upload.length_bytes is None and offset > former:
            reserve(upload.owner_id, offset - former)
        if offset == upload.length_bytes:
            _complete(upload)
        elif offset > former:
            _announce_now_and_then(upload)

    def _write_rows(self, parts: list[Part]) -> None:
        rows = [
            UploadPart(
                upload=self._upload,
                number=self._first_number + place,
                object_name=part.object_name,
                size_bytes=part.size_bytes,
            )
            for place, part in enumerate(parts)
            if part not in self._recorded[place : place + 1]
        ]
        UploadPart.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["upload", "number"],
            update_fields=["object_name", "size_bytes"],
        )


def _complete(upload: Upload) -> None:
    if upload.concatenation == Concatenation.PARTIAL:
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.COMPLETE, heard_at=None)
        upload.state = UploadState.COMPLETE
    else:
        complete_upload(upload)


def _announce_now_and_then(upload: Upload) -> None:
    moment = clock.now()
    if upload.announced_at and moment - upload.announced_at < ANNOUNCED_EVERY:
        return
    Upload.objects.filter(pk=upload.pk).update(announced_at=moment)
    upload.announced_at = moment
    announce(
        UploadProgressed(
            audience=audience_of(upload),
            upload_id=upload.public_id,
            owner_id=upload.owner.public_id,
            offset_bytes=upload.offset_bytes,
            length_bytes=upload.length_bytes,
        )
    )
