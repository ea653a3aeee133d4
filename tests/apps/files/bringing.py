"""Files whose bytes are all here and wait to be looked through, as uploads leave them."""

import io

from django.db import transaction

from apps.accounts.models import User
from apps.files.models import File, Upload
from apps.files.names import part_name
from apps.files.services.quotas import reserve
from apps.files.storages import current_storage
from apps.files.types import FileState, UploadState
from apps.kernel.clock import now
from tests.factories.files import PendingFileFactory, UploadFactory, UploadPartFactory


def brought(
    owner: User,
    content: bytes,
    *,
    name: str = "notes.txt",
    purpose: str = "document",
    parts: int = 1,
    scope: str = "",
) -> File:
    """A file that came in so many parts."""
    storage = current_storage()
    with transaction.atomic():
        reserve(owner.pk, len(content))
    upload: Upload = UploadFactory.create(
        owner=owner,
        name=name,
        purpose=purpose,
        length_bytes=len(content),
        offset_bytes=len(content),
        state=UploadState.COMPLETE,
        storage=storage.name,
    )
    size = -(-len(content) // parts) if content else 1
    for number, start in enumerate(range(0, len(content), size)):
        piece = content[start : start + size]
        object_name = part_name(upload.public_id, number, 1)
        storage.put(object_name, io.BytesIO(piece))
        UploadPartFactory.create(
            upload=upload, number=number, object_name=object_name, size_bytes=len(piece)
        )
    file: File = PendingFileFactory.create(
        public_id=upload.public_id,
        owner=owner,
        purpose=purpose,
        name=name,
        scope=scope,
        size_bytes=len(content),
        storage=storage.name,
    )
    return file


def again(file: File) -> File:
    """The file as it is now, due if it is pending."""
    File.objects.filter(pk=file.pk, state=FileState.PENDING).update(due_at=now())
    return File.objects.select_related("blob").get(pk=file.pk)


def stored(prefix: str = "") -> set[str]:
    """The names of everything that lies in the storage."""
    return {found.name for found in current_storage().names(prefix)}


def bytes_of(name: str) -> bytes:
    """What lies in the storage under a name."""
    return b"".join(current_storage().read(name))
