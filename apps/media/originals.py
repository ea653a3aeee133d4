"""Originals: what a source is now, and its bytes."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.conf import settings

from apps.caching.errors import Absent
from apps.caching.selectors import look_up
from apps.caching.services import forget, remember
from apps.files import selectors as files
from apps.files.services.reading import read_content
from apps.kernel.errors import AppError, NotFound
from apps.media import metrics, selectors, upstream
from apps.media.errors import (
    SourceBusy,
    SourceMissing,
    SourceNotAPicture,
    SourceTooLarge,
    UpstreamFailed,
)
from apps.media.refusals import note_refusal, refuse_if_known
from apps.media.remembered import CONTENTS, FILES, REMOTES
from apps.media.types import Origin, Original, OwnFile, Remote, Source


def original_of(source: Source, *, also_from: Origin | None = None) -> tuple[Original, bool]:
    """Return what a source is now, and whether that may have changed since.

    ``also_from`` is an origin that need not be listed. Raises SourceMissing and what fetching or
    the files app raises.
    """
    try:
        if isinstance(source, OwnFile):
            found = remember(FILES, source.id, lambda: _of_file(source), tags=[source.tag])
        else:
            found = remember(
                REMOTES, source.id, lambda: _of_remote(source, also_from), tags=[source.tag]
            )
    except Absent as absence:
        raise SourceMissing(absence.detail) from absence
    return _told(found.value), found.is_stale


def check_at_hand(source: Source) -> None:
    """Raise SourceBusy where what a remote source is now would have to be asked of it."""
    if isinstance(source, Remote) and look_up(REMOTES, source.id) is None:
        raise busy(source)


def busy(source: Remote) -> SourceBusy:
    """Return what they are told who find no place, and count it."""
    metrics.UPSTREAM_CALLS.labels("crowded").inc()
    return SourceBusy(
        f"Enough requests wait for {Origin.of(source.url)}.", headers={"Retry-After": "2"}
    )


def content_of(source: Source, original: Original, *, also_from: Origin | None = None) -> bytes:
    """Return the bytes of that version of a source.

    Raises UpstreamFailed where it has changed this very moment, and what fetching raises.
    """
    if isinstance(source, OwnFile):
        return _read_file(source)
    found = remember(
        CONTENTS,
        original.version,
        lambda: _fetched_again(source, original, also_from),
        tags=[source.tag],
    )
    return found.value


def _of_file(source: OwnFile) -> dict[str, object]:
    try:
        content = files.processable(source.file_id)
    except NotFound as error:
        raise Absent(error.detail or "There is no such file.") from error
    if not content.content_type.startswith("image/"):
        raise SourceNotAPicture("The file is no picture.")
    return asdict(
        Original(
            source_id=source.id,
            version=content.sha256,
            content_type=content.content_type,
            size_bytes=content.size_bytes,
            purpose=content.purpose,
        )
    )


def _read_file(source: OwnFile) -> bytes:
    # Asked again: between then and now it may have been deleted.
    content = files.processable(source.file_id)
    if content.size_bytes > settings.MEDIA_SOURCE_BYTES:
        raise SourceTooLarge(f"The original has more than {settings.MEDIA_SOURCE_BYTES} bytes.")
    return b"".join(read_content(content, 0, content.size_bytes))


def _of_remote(source: Remote, also_from: Origin | None) -> dict[str, object]:
    refuse_if_known(source.id)
    before = _before(source)
    try:
        fetched = _fetch(source, also_from, etag=before.etag if before else "")
    except AppError as error:
        note_refusal(source.id, error, tag=source.tag)
        raise
    if before is not None and fetched.is_unchanged:
        return asdict(before)
    version = sha256(fetched.content).hexdigest()
    remember(CONTENTS, version, lambda: fetched.content, tags=[source.tag])
    return asdict(
        Original(
            source_id=source.id,
            version=version,
            content_type=fetched.content_type,
            size_bytes=len(fetched.content),
            url=source.url,
            etag=fetched.etag,
        )
    )


def _before(source: Remote) -> Original | None:
    """Return what it was, so that it need not be sent again where it has not changed."""
    found = look_up(REMOTES, source.id)
    return _told(found.value) if found and isinstance(found.value, dict) else None


def _fetched_again(source: Remote, original: Original, also_from: Origin | None) -> bytes:
    fetched = _fetch(source, also_from)
    if sha256(fetched.content).hexdigest() != original.version:
        forget(REMOTES, source.id)
        raise UpstreamFailed("The original has just changed; ask again.")
    return fetched.content


def _fetch(source: Remote, also_from: Origin | None, *, etag: str = "") -> upstream.Fetched:
    listed = selectors.listed_origins() | ({also_from} if also_from else set())
    try:
        return upstream.fetch(source.url, listed=listed, etag=etag)
    except SourceMissing as error:
        raise Absent(error.detail) from error


def _told(value: dict[str, Any]) -> Original:
    return Original(**value)
