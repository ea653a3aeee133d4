"""Direct uploads: the bytes go straight to the storage, by a request that is signed here."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.files import direct_signatures
from apps.files.bodies import Body
from apps.files.errors import (
    ObjectMissing,
    TooLarge,
    TypeNotAllowed,
    UploadIncomplete,
    UploadNotWritable,
)
from apps.files.models import Upload, UploadPart
from apps.files.names import part_name
from apps.files.purposes import known_purpose
from apps.files.services.appending import refuse_expired
from apps.files.services.completing import complete_upload
from apps.files.services.creating import create_upload
from apps.files.services.discarding import discard_upload
from apps.files.services.fencing import locked
from apps.files.services.sniffing_early import allowed_type, first_of_part
from apps.files.storages import storage_named
from apps.files.types import Intent, Part, SignedRequest, Storage, Transport, UploadState
from apps.kernel import clock
from apps.kernel.errors import Invalid

# Long enough for a phone that is in a lift meanwhile; it may ask again for the same upload.
VALID_FOR = timedelta(hours=1)


def create_direct_upload(
    *, owner_id: int, intent: Intent, size_bytes: int, path: str
) -> tuple[Upload, SignedRequest]:
    """Begin an upload of exactly so many bytes; return it and the request that writes them.

    Where the storage has no URLs of its own, the request is for ``path`` here. Raises what
    `create_upload` raises.
    """
    if not intent.name or not size_bytes:
        raise Invalid.naming(("name", "A direct upload has a name and at least one byte."))
    upload = create_upload(
        owner_id=owner_id, intent=intent, length_bytes=size_bytes, transport=Transport.DIRECT
    )
    storage = storage_named(upload.storage)
    seconds = int(VALID_FOR.total_seconds())
    request = storage.signed_put(
        _object_of(upload), seconds=seconds, size_bytes=size_bytes, content_type=_type_of(upload)
    )
    return upload, request or _own_request(upload, path)


def receive_direct(upload_id: UUID, body: Body, *, expires: str, signature: str) -> None:
    """Write the body of a signed request, in place of a storage that takes none.

    Raises BadSignature, UploadExpired, NotFound, TooLarge and UploadIncomplete.
    """
    direct_signatures.verify(upload_id, expires=expires, signature=signature)
    with transaction.atomic():
        upload = locked(public_id=upload_id, transport=Transport.DIRECT)
        refuse_expired(upload)
        if upload.state != UploadState.RECEIVING:
            raise UploadNotWritable("It is complete.")
    size = upload.length_bytes or 0
    if body.length_bytes not in {None, size}:
        raise TooLarge(f"There have to be {size} bytes.")
    storage_named(upload.storage).put(_object_of(upload), _Exactly(body, size))


def complete_direct_upload(upload: Upload) -> Upload:
    """Make the file of an upload whose bytes the storage has by now; return the upload.

    Once more does nothing. Size and type are looked at here, all else by whoever checks files.
    Raises UploadIncomplete, UploadExpired, UploadNotWritable, and TypeNotAllowed, with which the
    upload ends. Announces FileUploaded.
    """
    if upload.transport != Transport.DIRECT:
        raise UploadNotWritable("Its bytes do not come straight to the storage.")
    refuse_expired(upload)
    storage = storage_named(upload.storage)
    try:
        sniffed = _looked_at(upload, storage)
    except TypeNotAllowed:
        discard_upload(upload)
        raise
    return _completed(upload, sniffed)


@transaction.atomic
def _completed(upload: Upload, sniffed: str) -> Upload:
    current = locked(pk=upload.pk)
    if current.state == UploadState.COMPLETE:
        return current
    size = current.length_bytes or 0
    UploadPart.objects.create(
        upload=current, number=0, object_name=_object_of(current), size_bytes=size
    )
    current.sniffed, current.offset_bytes = sniffed, size
    current.save()
    complete_upload(current)
    return current


def _looked_at(upload: Upload, storage: Storage) -> str:
    """Return what the bytes are; raises UploadIncomplete where they are not all there."""
    name, expected = _object_of(upload), upload.length_bytes or 0
    try:
        size = storage.size(name)
    except ObjectMissing:
        raise UploadIncomplete("The storage has no bytes of it.") from None
    if size != expected:
        raise UploadIncomplete(f"The storage has {size} bytes of it, not {expected}.")
    return allowed_type(upload, first_of_part(storage, Part(object_name=name, size_bytes=size)))


class _Exactly:
    """A body of which all must come, and nothing more, before it counts."""

    def __init__(self, body: Body, size: int) -> None:
        self._blocks = iter(body)
        self._left = size
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return more bytes; raises TooLarge or UploadIncomplete instead of a wrong end."""
        block = self._rest or next(self._blocks, b"")
        if len(block) > self._left:
            raise TooLarge("There are more bytes than were declared.")
        if not block and self._left:
            raise UploadIncomplete(f"{self._left} bytes are missing.")
        taken, self._rest = (block, b"") if size < 0 else (block[:size], block[size:])
        self._left -= len(taken)
        return taken


def _own_request(upload: Upload, path: str) -> SignedRequest:
    expires_at = clock.now() + VALID_FOR
    signed = direct_signatures.sign(upload.public_id, expires_at=expires_at)
    query = urlencode({"upload": str(upload.public_id), **signed})
    return SignedRequest(
        method="PUT",
        url=f"{settings.FILES_UPLOAD_URL}{path}?{query}",
        headers={"Content-Type": _type_of(upload)},
        expires_at=expires_at,
    )


def _object_of(upload: Upload) -> str:
    return part_name(upload.public_id, 0, 0)


def _type_of(upload: Upload) -> str:
    """Return the type that the name promises: it is signed, and believed by nobody."""
    kinds = known_purpose(upload.purpose).kinds
    return next(kind.content_type for kind in kinds if upload.name.lower().endswith(kind.extension))
