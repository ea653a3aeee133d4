"""Files whose bytes lie in the storage, and how they are read in tests."""

import hashlib
import io
from typing import Any

from django.http.response import HttpResponseBase, StreamingHttpResponse

from apps.files.models import Blob, File, Rendition
from apps.files.storages import current_storage
from tests.factories.files import BlobFactory, FileFactory, RenditionFactory


def stored_blob(content: bytes, **fields: Any) -> Blob:
    """Return the blob of these bytes, which the storage has."""
    sha256 = hashlib.sha256(content).hexdigest()
    storage = current_storage()
    blob: Blob = BlobFactory.create(
        sha256=sha256, size_bytes=len(content), storage=storage.name, **fields
    )
    storage.put(blob.object_name, io.BytesIO(content))
    return blob


def stored_file(content: bytes, **fields: Any) -> File:
    """Return a clean document of these bytes, which the storage has."""
    blob = stored_blob(content)
    file: File = FileFactory.create(blob=blob, storage=blob.storage, **fields)
    return file


def stored_rendition(blob: Blob, content: bytes, **fields: Any) -> Rendition:
    """Return a rendition of these bytes, which the storage has."""
    made: Rendition = RenditionFactory.create(blob=blob, size_bytes=len(content), **fields)
    current_storage().put(made.object_name, io.BytesIO(content))
    return made


def body_of(response: HttpResponseBase) -> bytes:
    """Return all that an answer holds, streamed or not."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(bytes(step) for step in response)
    content: bytes = response.content  # type: ignore[attr-defined]  # then it has one
    return content
