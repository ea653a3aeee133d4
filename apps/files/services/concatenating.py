"""Concatenating: one upload is made of others that came at the same time (tus 1.0.0)."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from apps.files.models import Upload, UploadPart
from apps.files.part_writers import refuse_many_parts
from apps.files.purposes import known_purpose, refuse_by_size
from apps.files.services.completing import complete_upload
from apps.files.services.creating import new_upload
from apps.files.services.sniffing_early import allowed_type, first_bytes
from apps.files.storages import storage_named
from apps.files.types import Concatenation, Intent, Transport, UploadState
from apps.kernel.errors import Invalid, NotFound


@transaction.atomic
def concatenate(*, owner_id: int, intent: Intent, made_of: str, ids: Sequence[UUID]) -> Upload:
    """Make one upload of partial ones that are complete, in this order, and return it.

    It takes their parts over, and is complete. Asked again for the same, it is the same upload:
    the first answer may have been lost. Announces FileUploaded.

    Raises NotFound where one is not the owner's, Invalid where one is not complete or was taken
    before, TooManyParts, and what `create_upload` raises.
    """
    partials = _locked(owner_id, ids)
    known = Upload.objects.filter(owner_id=owner_id, made_of=made_of).first()
    if known:
        return known
    _refuse_unfinished(partials)
    length = sum(partial.offset_bytes for partial in partials)
    refuse_by_size(known_purpose(intent.purpose), length)
    final = new_upload(
        owner_id=owner_id,
        intent=intent,
        length_bytes=length,
        transport=Transport.TUS,
        concatenation=Concatenation.FINAL,
    )
    final.made_of, final.offset_bytes, final.storage = made_of, length, partials[0].storage
    final.save()
    _take_parts(final, partials)
    final.sniffed = allowed_type(final, first_bytes(final, storage_named(final.storage)))
    final.save()
    complete_upload(final)
    return final


def _locked(owner_id: int, ids: Sequence[UUID]) -> list[Upload]:
    rows = Upload.objects.select_for_update(no_key=True).order_by("pk")
    found = {row.public_id: row for row in rows.filter(owner_id=owner_id, public_id__in=ids)}
    if len(found) < len(ids):
        raise NotFound
    return [found[each] for each in ids]


def _refuse_unfinished(partials: Sequence[Upload]) -> None:
    for partial in partials:
        is_partial = partial.concatenation == Concatenation.PARTIAL
        if not is_partial or partial.state != UploadState.COMPLETE:
            raise Invalid.naming(("Upload-Concat", f"{partial.public_id} is not complete."))
        if partial.offset_bytes and not partial.parts.exists():
            raise Invalid.naming(("Upload-Concat", f"{partial.public_id} is part of another."))
        if partial.storage != partials[0].storage:
            raise Invalid.naming(("Upload-Concat", "They lie in different storages."))


def _take_parts(final: Upload, partials: Sequence[Upload]) -> None:
    refuse_many_parts(UploadPart.objects.filter(upload__in=partials).count())
    parts = [part for partial in partials for part in partial.parts.order_by("number")]
    for number, part in enumerate(parts):
        part.upload, part.number = final, number
    UploadPart.objects.bulk_update(parts, ["upload", "number"], batch_size=500)
