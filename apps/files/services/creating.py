"""Creating: an upload begins once its size, its name and its owner's room allow it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.files.access import is_member
from apps.files.errors import TooLarge
from apps.files.models import Upload
from apps.files.purposes import (
    known_purpose,
    largest_limit,
    refuse_by_name,
    refuse_by_size,
)
from apps.files.services.completing import complete_upload
from apps.files.services.quotas import reserve
from apps.files.storages import current_storage
from apps.files.types import Concatenation, Intent, Purpose, Transport, UploadState
from apps.kernel import clock
from apps.kernel.errors import Invalid


@transaction.atomic
def create_upload(
    *,
    owner_id: int,
    intent: Intent,
    length_bytes: int | None,
    transport: Transport = Transport.TUS,
    concatenation: Concatenation = Concatenation.NONE,
) -> Upload:
    """Begin an upload of so many bytes (None where that will be said later) and return it.

    One of no bytes is complete at once; announces FileUploaded then. Raises UnknownPurpose,
    TooLarge, TypeNotAllowed, Invalid and QuotaExceeded.
    """
    upload = new_upload(
        owner_id=owner_id,
        intent=intent,
        length_bytes=length_bytes,
        transport=transport,
        concatenation=concatenation,
    )
    reserve(owner_id, length_bytes or 0)
    upload.save()
    if length_bytes == 0 and transport == Transport.TUS:
        _complete_empty(upload)
    return upload


def new_upload(
    *,
    owner_id: int,
    intent: Intent,
    length_bytes: int | None,
    transport: Transport,
    concatenation: Concatenation,
) -> Upload:
    """Return the row of an upload that may begin, not saved yet; raises as `create_upload`."""
    purpose = known_purpose(intent.purpose)
    if concatenation == Concatenation.PARTIAL:
        _refuse_partial(length_bytes or 0)
    else:
        refuse_by_size(purpose, length_bytes or 0)
        refuse_by_name(purpose, intent.name)
    if intent.scope and not is_member(intent.scope, user_id=owner_id):
        # One answer for all: who is not in it does not learn that it exists.
        raise Invalid.naming(("scope", "This is no scope of yours, such as building:<id>."))
    return _row(owner_id, intent, purpose, length_bytes, transport, concatenation)


def _refuse_partial(length_bytes: int) -> None:
    """Of which file it is a part, and so for what, is said with the final one."""
    limit = largest_limit()
    if length_bytes > limit:
        raise TooLarge(f"There may be {limit} bytes.")


def _row(
    owner_id: int,
    intent: Intent,
    purpose: Purpose,
    length_bytes: int | None,
    transport: Transport,
    concatenation: Concatenation,
) -> Upload:
    return Upload(
        owner_id=owner_id,
        transport=transport,
        purpose=purpose.name,
        name=intent.name,
        scope=intent.scope,
        metadata=intent.metadata,
        concatenation=concatenation,
        length_bytes=length_bytes,
        storage=current_storage().name,
        expires_at=clock.now() + timedelta(hours=settings.FILES_UPLOAD_EXPIRY_HOURS),
    )


def _complete_empty(upload: Upload) -> None:
    if upload.concatenation == Concatenation.PARTIAL:
        upload.state = UploadState.COMPLETE
        upload.save()
    else:
        complete_upload(upload)
