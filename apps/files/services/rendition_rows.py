"""Claims on renditions: one picture at a time, the most urgent first, under a lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from apps.caching.services import forget_tagged
from apps.cdn.services import purge_tags
from apps.events.services import announce_all
from apps.files.access import audience_of
from apps.files.events import FileProcessed
from apps.files.models import Blob, File, Rendition
from apps.files.tags import tag_of
from apps.files.types import FileState, RenditionState, Urgency
from apps.kernel.clock import now

# More than reading, drawing and writing a picture takes; imaging gives up a request after 90 s.
LEASE = timedelta(minutes=5)
# Pauses after each failure that may pass, in seconds; then it is given up.
PAUSES = (2, 10, 30, 120, 600, 1800)
GIVEN_UP = "It could not be made for a long time. An operator can ask for it again."

# All that is due of the most urgent picture, so that it is read once. Locked rows are being taken
# by another worker at this moment.
_CLAIM = """
WITH first AS MATERIALIZED (
    SELECT rendition.blob_id FROM files_rendition rendition
    JOIN files_blob blob ON blob.id = rendition.blob_id AND blob.state = %(clean)s
    WHERE rendition.state = 'pending' AND rendition.urgency <= %(least_urgent)s
        AND rendition.due_at <= %(now)s
        AND (rendition.claimed_until IS NULL OR rendition.claimed_until <= %(now)s)
    ORDER BY rendition.urgency, rendition.due_at
    LIMIT 1
    FOR UPDATE OF rendition SKIP LOCKED
), due AS MATERIALIZED (
    SELECT id FROM files_rendition
    WHERE blob_id = (SELECT blob_id FROM first) AND state = 'pending' AND due_at <= %(now)s
        AND (claimed_until IS NULL OR claimed_until <= %(now)s)
    FOR UPDATE SKIP LOCKED
)
UPDATE files_rendition SET claimed_until = %(until)s
FROM due WHERE files_rendition.id = due.id
RETURNING files_rendition.id
"""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Renditions of one picture that a worker makes; `until` tells its lease from any other."""

    blob: Blob
    renditions: Sequence[Rendition]
    until: datetime
    # They were made before, and may be kept by caches.
    is_repeated: bool


@transaction.atomic
def claim_next(*, least_urgent: Urgency) -> Claim | None:
    """Take all that is due of the picture that is the most urgent; None where nothing is."""
    moment = now()
    until = moment + LEASE
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "now": moment,
                "until": until,
                "least_urgent": least_urgent.value,
                "clean": FileState.CLEAN.value,
            },
        )
        taken = [row[0] for row in cursor.fetchall()]
    found = list(Rendition.objects.select_related("blob").filter(id__in=taken).order_by("id"))
    if not found:
        return None
    return Claim(
        blob=found[0].blob,
        renditions=found,
        until=until,
        is_repeated=any(one.object_name for one in found),
    )


@transaction.atomic
def record_ready(claim: Claim) -> int:
    """Record what was made and written; return how many, fewer where the lease was lost."""
    held = _held(claim)
    moment = now()
    for rendition in held:
        rendition.state, rendition.reason = RenditionState.READY, ""
        rendition.claimed_until, rendition.updated_at = None, moment
    fields = ("state", "reason", "object_name", "width", "height", "size_bytes")
    Rendition.objects.bulk_update(held, [*fields, "claimed_until", "updated_at"])
    _announce(claim.blob, held)
    if claim.is_repeated:
        # Once more: an answer with the old bytes may have been on its way when they were withdrawn.
        forget_copies(claim.blob)
    return len(held)


@transaction.atomic
def record_failed(claim: Claim, reason: str) -> int:
    """Give up what is still held; the owner reads why. Returns how many."""
    return _give_up(claim.blob, _held(claim), reason)


@transaction.atomic
def record_to_be_tried_again(claim: Claim) -> int:
    """Let what is still held fall due later; return how many were given up instead."""
    moment = now()
    held = _held(claim)
    last = [one for one in held if one.failures >= len(PAUSES)]
    for rendition in held:
        if rendition not in last:
            rendition.due_at = moment + timedelta(seconds=PAUSES[rendition.failures])
            rendition.failures += 1
            rendition.claimed_until, rendition.updated_at = None, moment
    Rendition.objects.bulk_update(held, ["due_at", "failures", "claimed_until", "updated_at"])
    return _give_up(claim.blob, last, GIVEN_UP)


def processed(file: File, rendition: Rendition, *, remaining: int) -> FileProcessed:
    """Return what the file's audience hears of a rendition."""
    return FileProcessed(
        audience=audience_of(file),
        file_id=file.public_id,
        owner_id=file.owner.public_id,
        rendition=rendition.name,
        format=rendition.format,
        state=rendition.state,
        remaining=remaining,
    )


def forget_copies(blob: Blob) -> None:
    """Let caches and the CDN forget what they have of any file of the picture.

    In the caller's transaction.
    """
    of_blob = File.objects.filter(blob=blob).values_list("public_id", flat=True)
    tags = [tag_of(file_id) for file_id in of_blob]
    forget_tagged(*tags)
    purge_tags(tags, reason="remade")


def _held(claim: Claim) -> list[Rendition]:
    """Return what of the claim is still ours and to be made, locked, as the worker left it."""
    ours = (
        Rendition.objects.select_for_update()
        .filter(
            id__in=[one.pk for one in claim.renditions],
            state=RenditionState.PENDING,
            claimed_until=claim.until,
        )
        .values_list("id", flat=True)
    )
    still = set(ours)
    return [one for one in claim.renditions if one.pk in still]


def _give_up(blob: Blob, held: Sequence[Rendition], reason: str) -> int:
    moment = now()
    for rendition in held:
        rendition.state, rendition.reason = RenditionState.FAILED, reason
        rendition.claimed_until, rendition.updated_at = None, moment
    Rendition.objects.bulk_update(held, ["state", "reason", "claimed_until", "updated_at"])
    _announce(blob, held)
    return len(held)


def _announce(blob: Blob, done: Sequence[Rendition]) -> None:
    """Tell the audience of every file of the picture."""
    if not done:
        return
    left = Rendition.objects.filter(blob=blob, state=RenditionState.PENDING).count()
    files = list(File.objects.select_related("owner").filter(blob=blob, state=FileState.CLEAN))
    announce_all(
        [
            processed(file, rendition, remaining=left + len(done) - number)
            for file in files
            for number, rendition in enumerate(done, start=1)
        ]
    )
