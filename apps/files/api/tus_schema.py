"""The headers and bodies of tus in the OpenAPI document."""

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


_VERSION = _header(
    "Tus-Resumable", {"type": "string", "enum": ["1.0.0"]}, "The version of tus.", required=True
)
_CHECKSUM = _header(
    "Upload-Checksum",
    {"type": "string", "pattern": f"^({'|'.join(ALGORITHMS)}) [A-Za-z0-9+/]+=*$"},
    "Algorithm, and checksum of this body in base64; where it differs, nothing is kept.",
)

ALL = [_VERSION]
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
        {"type": "string"},
        "Pairs of a key and base64, separated by commas: `filename`, `purpose`, `scope`, others.",
    ),
    _header(
        "Upload-Concat",
        {"type": "string", "pattern": "^(partial|final;.+)$"},
        "`partial`, or `final;` and the URLs of partial uploads.",
    ),
    _CHECKSUM,
]
APPENDING = [
    _VERSION,
    _header("Upload-Offset", _BYTES, "Where these bytes begin.", required=True),
    _header("Upload-Length", _BYTES, "How many there will be, where that was deferred."),
    _CHECKSUM,
]
BYTES = {tus.CONTENT_TYPE: OpenApiRequest(bytes, examples=[examples.content])}
CREATED = OpenApiResponse(description="Begun; `Location` says where its bytes go.")
APPENDED = OpenApiResponse(description="Taken; `Upload-Offset` says how many there are now.")
