"""Pictures to ask for, and ways to ask."""

from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from apps.files.models import File
from apps.files.names import content_name
from apps.files.storages import storage_named
from apps.media.answering import answer
from apps.media.asking import read_request
from apps.media.signing import path_of, signed_path
from apps.media.types import MediaAnswer, MediaRequest
from tests.factories.files import BlobFactory, FileFactory
from tests.hostile_server import HostileServer


def picture(width: int = 400, height: int = 300, *, colour: str = "teal") -> bytes:
    """Return a JPEG."""
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "JPEG")
    return written.getvalue()


def own_file(content: bytes | None = None, **more: Any) -> File:
    """Return a clean file whose bytes lie in the storage, a JPEG of 400 by 300 unless said."""
    content = picture() if content is None else content
    digest = sha256(content).hexdigest()
    storage_named("local").put(content_name(digest), BytesIO(content))
    blob = BlobFactory.create(
        sha256=digest, size_bytes=len(content), content_type=more.pop("content_type", "image/jpeg")
    )
    return FileFactory.create(blob=blob, **more)


def file_path(file: File, **parameters: Any) -> str:
    """Return the signed path of a picture of a file."""
    place = f"/media/v1/files/{file.public_id}"
    return signed_path(read_request(place, urlencode(parameters)))


def opened(found: MediaAnswer) -> "Image.Image":
    """Return the picture of an answer."""
    return Image.open(BytesIO(found.body))


def remote_path(server: HostileServer, *, at: str = "/a.jpg", **parameters: Any) -> str:
    """Return the signed path of a remote picture."""
    url = f"http://{server.host}:{server.port}{at}"
    return signed_path(read_request("/media/v1/remote", urlencode({"url": url, **parameters})))


def unsigned_path(path: str) -> str:
    """Return a signed path without its signature."""
    place, _, query = path.partition("?")
    return path_of(read_request(place, query))


def ask(path: str, **more: Any) -> MediaAnswer:
    """Ask for a path with its query."""
    place, _, query = path.partition("?")
    return answer(MediaRequest(path=place, query=query, **more))
