"""Renditions: planned with the picture, made soon after, whoever dies on the way."""

import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import structlog
from django.db import transaction

from apps.events.services import announce_all
from apps.files import metrics
from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.models import Blob, File, Rendition
from apps.files.names import rendition_name
from apps.files.services.rendition_rows import (
    Claim,
    claim_next,
    forget_copies,
    processed,
    record_failed,
    record_ready,
    record_to_be_tried_again,
)
from apps.files.storages import storage_named
from apps.files.thumbnails import WHOLE, renditions, wanted
from apps.files.types import RenditionState, Urgency
from apps.imaging.errors import ImagingBusy, PictureRefused
from apps.imaging.services import render
from apps.imaging.types import MOST_BYTES
from apps.kernel.clock import now
from apps.kernel.errors import NotFound

log = structlog.get_logger("files")

# So long a run takes new pictures on; the one in hand is finished.
RUN_SECONDS = 20.0


@transaction.atomic
def plan_renditions(blob: Blob, *, urgency: Urgency, file: File | None = None) -> None:
    """Note that the thumbnails and the whole picture are to be made, in the caller's transaction.

    What is there already stays; what is still to be made may become more urgent. ``file`` is the
    one that brought the bytes once more: announces FileProcessed of what others had made before.
    """
    moment = now()
    planned = [
        Rendition(blob=blob, name=name, format=format_, urgency=urgency, due_at=moment)
        for name, format_ in renditions()
    ]
    Rendition.objects.bulk_create(planned, ignore_conflicts=True)
    pending = Rendition.objects.filter(blob=blob, state=RenditionState.PENDING)
    pending.filter(urgency__gt=urgency).update(urgency=urgency, updated_at=moment)
    if file:
        done = Rendition.objects.filter(blob=blob).exclude(state=RenditionState.PENDING)
        remaining = pending.count()
        announce_all([processed(file, one, remaining=remaining) for one in done.order_by("id")])


@transaction.atomic
def remake_renditions(blob_id: UUID, *, urgency: Urgency = Urgency.BULK) -> int:
    """Have all renditions of a picture made anew, also those that failed; return how many.

    Until they are made nobody is given the old ones, also by no cache and no CDN. ``blob_id`` is
    the blob's public id. Raises NotFound where there is no such picture.
    """
    blob = Blob.objects.filter(public_id=blob_id, width__isnull=False).first()
    if blob is None:
        raise NotFound
    plan_renditions(blob, urgency=urgency)
    forget_copies(blob)
    moment = now()
    return Rendition.objects.filter(blob=blob).update(
        state=RenditionState.PENDING,
        reason="",
        failures=0,
        urgency=urgency,
        due_at=moment,
        claimed_until=None,
        updated_at=moment,
    )


def make_due_renditions(
    *, least_urgent: Urgency = Urgency.BULK, seconds: float = RUN_SECONDS
) -> int:
    """Make what is due, the most urgent first, for about so long; return how many were tried.

    Any number of workers may do so at once. Killed at any moment nothing is lost: what was held
    falls due again when its lease ends, and is written under the same name. Announces FileProcessed
    to the audience of every file that has the picture.
    """
    tried, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        claim = claim_next(least_urgent=least_urgent)
        if claim is None:
            break
        tried += len(claim.renditions)
        _make(claim)
    return tried


def _make(claim: Claim) -> None:
    try:
        content = _content_of(claim.blob)
        for part in _in_steps(claim):
            _draw(part, content)
    except PictureRefused as refusal:
        record_failed(claim, refusal.detail)
        metrics.RENDITIONS.labels("failed").inc(len(claim.renditions))
    except (ImagingBusy, StorageUnavailable, ObjectMissing) as problem:
        _try_again(claim, problem)
    except Exception as problem:
        # Whatever it is, one picture must not keep the others waiting.
        log.exception("rendition.failed", blob_id=str(claim.blob.public_id))
        _try_again(claim, problem)


def _try_again(claim: Claim, problem: Exception) -> None:
    log.warning("rendition.postponed", problem=type(problem).__name__)
    given_up = record_to_be_tried_again(claim)
    metrics.RENDITIONS.labels("failed").inc(given_up)
    metrics.RENDITIONS.labels("postponed").inc(len(claim.renditions) - given_up)


def _content_of(blob: Blob) -> bytes:
    """Return the picture, read once for all of its renditions."""
    end = min(blob.size_bytes, MOST_BYTES + 1)
    return b"".join(storage_named(blob.storage).read(blob.object_name, end=end))


def _in_steps(claim: Claim) -> Iterator[Claim]:
    """Yield the thumbnails, then the whole picture, which takes long."""
    for is_whole in (False, True):
        part = [one for one in claim.renditions if (one.name == WHOLE) is is_whole]
        if part:
            yield replace(claim, renditions=part)


def _draw(claim: Claim, content: bytes) -> None:
    blob, storage = claim.blob, storage_named(claim.blob.storage)
    width, height = blob.width or 1, blob.height or 1
    asked = [
        wanted(one.name, one.format, width=width, height=height, source_bytes=blob.size_bytes)
        for one in claim.renditions
    ]
    rendered = render(content, asked)
    for rendition, picture in zip(claim.renditions, rendered, strict=True):
        rendition.object_name = rendition_name(blob.sha256, rendition.name, rendition.format)
        rendition.width, rendition.height = picture.width, picture.height
        rendition.size_bytes = storage.put(
            rendition.object_name,
            BytesIO(picture.content),
            content_type=picture.content_type,
        )
    metrics.RENDITIONS.labels("ready").inc(record_ready(claim))
