"""Pictures to ask for, and ways to ask."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from PIL import Image

from apps.media.answering import answer
from apps.media.asking import read_request
from apps.media.signing import path_of, signed_path
from apps.media.types import MediaAnswer, MediaRequest
from tests.hostile_server import HostileServer


def picture(width: int = 400, height: int = 300, *, colour: str = "teal") -> bytes:
    """Return a JPEG."""
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "JPEG")
    return written.getvalue()


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
