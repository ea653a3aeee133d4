"""Forms: small files that come in one request, as a browser's form sends them."""

from typing import Any

from django.db import transaction

from apps.files.models import File, UploadPart
from apps.files.names import part_name
from apps.files.services.completing import complete_upload
from apps.files.services.creating import create_upload
from apps.files.services.discarding import discard_upload_if_any
from apps.files.services.sniffing_early import ENOUGH_BYTES, allowed_type
from apps.files.storages import storage_named
from apps.files.types import Intent, Transport
from apps.kernel.errors import AppError


def store_form_file(*, owner_id: int, intent: Intent, content: Any, size_bytes: int) -> File:
    """Make a file of what a form brought: ``content`` is an open file at its beginning.

    Raises what `create_upload` raises, and StorageUnavailable. Announces FileUploaded.
    """
    upload = create_upload(
        owner_id=owner_id, intent=intent, length_bytes=size_bytes, transport=Transport.FORM
    )
    try:
        sniffed = allowed_type(upload, content.read(ENOUGH_BYTES))
        content.seek(0)
        name = part_name(upload.public_id, 0, 0)
        if size_bytes:
            storage_named(upload.storage).put(name, content)
    except AppError:
        discard_upload_if_any(upload)
        raise
    with transaction.atomic():
        if size_bytes:
            UploadPart.objects.create(
                upload=upload, number=0, object_name=name, size_bytes=size_bytes
            )
        upload.sniffed, upload.offset_bytes = sniffed, size_bytes
        upload.save()
        return complete_upload(upload)
