"""How bytes are given to browsers: shown in place or downloaded, and under which name."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from apps.files.types import Disposition, Purpose

# What a browser shows without running anything in it; markup, SVG and the rest are downloaded.
INLINE_TYPES = frozenset(
    {
        "application/pdf",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/webm",
    }
)
# The rendition that has a picture's own size.
_OWN_SIZE = "full"
_LONGEST_NAME = 150
# Neither lines nor quotes, paths nor signs that turn the direction of text: "exe.gnp" would read
# as "png.exe". Lone surrogates have no UTF-8.
_HOSTILE = re.compile(
    r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]'
)
_NOT_ASCII = re.compile(r"[^\x20-\x7e]")
# RFC 8187 section 3.2.1, attr-char beyond letters and digits.
_PLAIN = "!#$&+-.^_`|~"


def disposition_of(content_type: str, *, purpose: Purpose | None) -> Disposition:
    """Return how a browser should take bytes: in place only where type and purpose allow it."""
    is_inline = purpose is not None and purpose.inline and content_type in INLINE_TYPES
    return Disposition.INLINE if is_inline else Disposition.ATTACHMENT


def content_disposition(disposition: Disposition, name: str) -> str:
    """Return the header for a name, however hostile (RFC 6266, RFC 8187).

    It bears the name twice: in ASCII for old clients, and whole in UTF-8.
    """
    safe = safe_name(name)
    plain = _NOT_ASCII.sub("_", safe).replace("%", "_")
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe=_PLAIN)}"


def safe_name(name: str) -> str:
    """Return a name without what could end a header, leave a folder or deceive a reader."""
    plain = _HOSTILE.sub("_", name).strip(" .")
    return plain[-_LONGEST_NAME:].strip(" .") or "file"


def served_name(name: str, *, rendition: str, format_name: str) -> str:
    """Return the name of a rendition of a file: ``photo.heic`` → ``photo-300.webp``."""
    stem = PurePosixPath(safe_name(name)).stem
    size = "" if rendition == _OWN_SIZE else f"-{rendition}"
    return f"{stem}{size}.{format_name}"


def split_rendition(wanted: str) -> tuple[str, str]:
    """Return name and format of a rendition that is asked for: ``300.webp`` → 300, webp."""
    name, _, format_name = wanted.partition(".")
    return name, format_name


def is_picture(content_type: str) -> bool:
    """Tell whether bytes are a picture, so that they are only given out made anew."""
    return content_type.startswith("image/")
