"""Quarantine: bytes that were clean once are given to nobody any more, at once and everywhere."""

from collections.abc import Iterable

from django.db import transaction

from apps.caching.services import forget_tagged
from apps.cdn.services import purge_tags
from apps.events.services import announce_all
from apps.files.access import audience_of
from apps.files.events import FileScanned
from apps.files.judging import INFECTED_REASON
from apps.files.models import Blob, File
from apps.files.names import content_name, quarantine_name, renditions_prefix
from apps.files.services.quotas import release
from apps.files.storages import storage_named
from apps.files.tags import tag_of
from apps.files.types import FileState, Part, Verdict
from apps.kernel.clock import now


def quarantine(blob: Blob, verdict: Verdict) -> None:
    """Take bytes away from everybody who had them. Announces FileScanned for each file."""
    storage_named(blob.storage).compose(
        [Part(object_name=blob.object_name, size_bytes=blob.size_bytes)],
        quarantine_name(blob.sha256),
    )
    with transaction.atomic():
        held = Blob.objects.select_for_update(no_key=True).filter(pk=blob.pk).first()
        if held is None or held.state != FileState.CLEAN:
            return
        condemn(held, verdict)
    remove_remains(held)


def condemn(blob: Blob, verdict: Verdict) -> None:
    """Say of a clean blob, and of all files that point to it, that they are infected.

    In the caller's transaction, which holds the blob; its bytes lie in quarantine by now. Caches
    forget what was made of it. Until `remove_remains` has run the blob is marked as claimed.
    """
    moment = now()
    blob.state, blob.threat = FileState.INFECTED, verdict.threat
    blob.engine, blob.signatures, blob.scanned_at = verdict.engine, verdict.signatures, moment
    blob.object_name, blob.claimed_until = quarantine_name(blob.sha256), moment
    blob.save()
    blob.renditions.all().delete()
    files = list(
        File.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner")
        .filter(blob=blob, state=FileState.CLEAN)
        .order_by("pk")
    )
    File.objects.filter(pk__in=[file.pk for file in files]).update(
        state=FileState.INFECTED, reason=INFECTED_REASON, updated_at=moment
    )
    _tell(files)


def _tell(files: Iterable[File]) -> None:
    told = []
    for file in files:
        release(file.owner_id, file.size_bytes)
        forget_tagged(tag_of(file.public_id))
        told.append(
            FileScanned(
                audience=audience_of(file),
                file_id=file.public_id,
                owner_id=file.owner.public_id,
                state=FileState.INFECTED.value,
                reason=INFECTED_REASON,
            )
        )
    purge_tags([tag_of(event.file_id) for event in told], reason="infected")
    announce_all(told)


def remove_remains(blob: Blob) -> None:
    """Remove what an infected blob was served from; done twice it does no harm."""
    storage = storage_named(blob.storage)
    made = [found.name for found in storage.names(renditions_prefix(blob.sha256))]
    storage.delete([content_name(blob.sha256), *made])
    Blob.objects.filter(pk=blob.pk, state=FileState.INFECTED).update(claimed_until=None)
