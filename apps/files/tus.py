"""The headers of tus 1.0.0, as clients send them and as their parsers need ours.

Source: the protocol at tus.io, version 1.0.0; what its clients make of it is in R3 section 1.2.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.http import http_date

from apps.files.checksums import ALGORITHMS, Checksum, checksum_in
from apps.files.types import Concatenation
from apps.kernel.errors import Invalid

VERSION = "1.0.0"
CONTENT_TYPE = "application/offset+octet-stream"
# Without spaces: TUSKit does not trim them.
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,"
    "termination,expiration,checksum,concatenation"
)
CHECKSUM_ALGORITHMS = ",".join(ALGORITHMS)
# What a method may be sent as a POST for: some proxies let nothing else through.
OVERRIDABLE = frozenset({"PATCH", "DELETE", "HEAD"})

_LARGEST = 2**62
_PATH = re.compile(r".*/uploads/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?")


def is_spoken(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request says that it is tus, in the one version that we know."""
    return bool(environ.get("HTTP_TUS_RESUMABLE", "").strip() == VERSION)


def overridden_method(environ: Mapping[str, Any]) -> str | None:
    """Return the method that a POST stands for by X-HTTP-Method-Override, if any."""
    wanted = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").strip().upper()
    return wanted if wanted in OVERRIDABLE else None


def declared_length(environ: Mapping[str, Any]) -> int | None:
    """Return Upload-Length, in bytes, or None without one; raises Invalid."""
    return _number(environ, "Upload-Length")


def declared_offset(environ: Mapping[str, Any]) -> int:
    """Return Upload-Offset, in bytes; raises Invalid, also where there is none."""
    offset = _number(environ, "Upload-Offset")
    if offset is None:
        raise Invalid.naming(("Upload-Offset", "Upload-Offset is missing."))
    return offset


def length_of_new(environ: Mapping[str, Any]) -> int | None:
    """Return how long a new upload will be, None where that is deferred; raises Invalid."""
    length, deferred = declared_length(environ), environ.get("HTTP_UPLOAD_DEFER_LENGTH")
    if deferred is not None and deferred.strip() != "1":
        raise Invalid.naming(("Upload-Defer-Length", "Upload-Defer-Length can only be 1."))
    if (length is None) == (deferred is None):
        raise Invalid.naming(
            ("Upload-Length", "Send either Upload-Length or Upload-Defer-Length: 1.")
        )
    return length


def checksum_of(environ: Mapping[str, Any]) -> Checksum | None:
    """Return Upload-Checksum, if there is one; raises Invalid."""
    text = environ.get("HTTP_UPLOAD_CHECKSUM")
    return None if text is None else checksum_in(text)


def concatenation_of(environ: Mapping[str, Any]) -> tuple[Concatenation, str]:
    """Return what an upload is to others, and Upload-Concat as it came; raises Invalid."""
    text = environ.get("HTTP_UPLOAD_CONCAT", "").strip()
    if text in {"", "partial"}:
        return Concatenation(text), ""
    if text.startswith("final;"):
        return Concatenation.FINAL, text
    raise Invalid.naming(("Upload-Concat", "Upload-Concat is partial, or final; and URLs."))


def ids_of_parts(concat: str) -> list[UUID]:
    """Return the ids of the uploads that a final one is made of, in order; raises Invalid."""
    urls = concat.removeprefix("final;").split()
    found = [_PATH.fullmatch(_path_of(url)) for url in urls]
    ids = [UUID(match[1]) for match in found if match]
    if not urls or len(ids) < len(urls) or len(set(ids)) < len(ids):
        raise Invalid.naming(
            ("Upload-Concat", "After final; stand URLs of partial uploads, each once.")
        )
    return ids


def expiry(moment: datetime) -> str:
    """Return a moment as Upload-Expires has it (RFC 9110 section 5.6.7)."""
    return http_date(moment.timestamp())


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _number(environ: Mapping[str, Any], header: str) -> int | None:
    text = environ.get(f"HTTP_{header.upper().replace('-', '_')}")
    if text is None:
        return None
    # A longer number is out of range whatever its digits, and int() refuses thousands.
    if not (text.isascii() and text.isdigit()) or len(text) > 20 or int(text) > _LARGEST:
        raise Invalid.naming((header, f"{header} is a whole number of bytes."))
    return int(text)
