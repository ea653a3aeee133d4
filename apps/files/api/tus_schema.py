"""The headers and bodies of tus in the OpenAPI document."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, OpenApiResponse

from apps.files import tus
from apps.files.api import examples
from apps.files.checksums import ALGORITHMS

_BYTES = {"type": "integer", "minimum": 0}


def _header(
    name: str, schema: dict[str, Any], about: str, *, required: bool = False
) -> OpenApiParameter:
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, description=about, required=required
    )


def _answered(
    name: str, schema: dict[str, Any], about: str, *, by: Sequence[int]
) -> OpenApiParameter:
    """Return a header of the answers with these statuses."""
    return OpenApiParameter(
        name, schema, OpenApiParameter.HEADER, description=about, response=list(by)
    )


_VERSION = _header(
    "Tus-Resumable", {"type": "string", "enum": ["1.0.0"]}, "The version of tus.", required=True
)
_CHECKSUM = _header(
    "Upload-Checksum",
    {"type": "string", "pattern": f"^({'|'.join(ALGORITHMS)}) [A-Za-z0-9+/]+=*$"},
    "Algorithm, and checksum of this body in base64; where it differs, nothing is kept.",
)

_TEXT = {"type": "string"}
_DONE = (200, 201, 204)
_SPOKEN = _answered(
    "Tus-Resumable",
    {"type": "string", "enum": [tus.VERSION]},
    "The version of tus that is spoken; refusals have it too.",
    by=_DONE,
)
_KNOWN_VERSION = _answered(
    "Tus-Version", _TEXT, "The versions of tus that there are here.", by=[412]
)
_STANDS = _answered("Upload-Offset", _BYTES, "How many bytes are here.", by=_DONE)
_EXPIRES = _answered(
    "Upload-Expires",
    {"type": "string", "example": "Mon, 23 Nov 2026 09:30:00 GMT"},
    "Until when bytes are taken (RFC 9110 section 5.6.7); of a complete upload there is none.",
    by=_DONE,
)
RETRY_AFTER = _answered(
    "Retry-After",
    {"type": "integer", "minimum": 1},
    "In how many seconds to try again.",
    by=[423, 503],
)
_OF_ALL = [_SPOKEN, _KNOWN_VERSION]

CREATION = [
    _VERSION,
    _header("Upload-Length", _BYTES, "How many bytes there will be."),
    _header(
        "Upload-Defer-Length",
        {"type": "string", "enum": ["1"]},
        "In place of Upload-Length, where that is not known yet.",
    ),
    _header(
        "Upload-Metadata",
        _TEXT,
        "Pairs of a key and base64, separated by commas: `filename`, `purpose`, `scope`, others.",
    ),
    _header(
        "Upload-Concat",
        {"type": "string", "pattern": "^(partial|final;.+)$"},
        "`partial`, or `final;` and the URLs of partial uploads.",
    ),
    _CHECKSUM,
    _answered("Location", {"type": "string", "format": "uri"}, "Where its bytes go.", by=[201]),
    *_OF_ALL,
    _STANDS,
    _EXPIRES,
    RETRY_AFTER,
]
APPENDING = [
    _VERSION,
    _header("Upload-Offset", _BYTES, "Where these bytes begin.", required=True),
    _header("Upload-Length", _BYTES, "How many there will be, where that was deferred."),
    _CHECKSUM,
    *_OF_ALL,
    _STANDS,
    _EXPIRES,
    RETRY_AFTER,
]
STANDING = [
    _VERSION,
    *_OF_ALL,
    _STANDS,
    _answered("Upload-Length", _BYTES, "How many bytes there will be, if it is known.", by=[200]),
    _answered("Upload-Defer-Length", {"type": "string", "enum": ["1"]}, "If not.", by=[200]),
    _answered("Upload-Metadata", _TEXT, "As it came, if it did.", by=[200]),
    _answered("Upload-Concat", _TEXT, "`partial`, or `final;` and what it was made of.", by=[200]),
    _EXPIRES,
]
TERMINATION = [_VERSION, *_OF_ALL]
POSSIBLE = [
    _SPOKEN,
    _answered("Tus-Version", _TEXT, "The versions of tus, the best one first.", by=[204]),
    _answered(
        "Tus-Extension", _TEXT, "What there is beside the core, separated by commas.", by=[204]
    ),
    _answered("Tus-Max-Size", _BYTES, "More bytes no purpose allows.", by=[204]),
    _answered(
        "Tus-Checksum-Algorithm", _TEXT, "For Upload-Checksum, separated by commas.", by=[204]
    ),
]
BYTES = {tus.CONTENT_TYPE: OpenApiRequest(bytes, examples=[examples.content])}
CREATED = OpenApiResponse(description="Begun; `Location` says where its bytes go.")
APPENDED = OpenApiResponse(description="Taken; `Upload-Offset` says how many there are now.")
STOOD = OpenApiResponse(description="It is there, and its headers say where it stands.")
DESCRIBED = OpenApiResponse(description="The headers say what is possible.")
