"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

_STATUSES = ("200", "201", "202")
# Bytes that a document of text can show as they are: those of a text file.
_TEXT = "Unit 4, handed over on 22 November 2026.\nKeys: 3 of 3.\n"
_UPLOAD: dict[str, Any] = {
    "id": "019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
    "transport": "tus",
    "purpose": "document",
    "name": "contract.pdf",
    "scope": "building:019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d",
    "state": "receiving",
    "offset_bytes": 4194304,
    "length_bytes": 10485760,
    "expires_at": "2026-11-23T09:30:00.000000Z",
    "created_at": "2026-11-22T09:30:00.000000Z",
}


def _example(value: dict[str, Any]) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(
        examples=[OpenApiExample("example", value=value, status_codes=_STATUSES)]
    )


upload = _example(_UPLOAD)
content = OpenApiExample("a text file", value=_TEXT)
piece = OpenApiExample("its first six bytes", value=_TEXT[:6])
form = OpenApiExample(
    "a text file",
    value={"file": _TEXT, "purpose": "document", "scope": _UPLOAD["scope"]},
)

_NEW_DIRECT = {"name": "plan.txt", "size_bytes": 1048576, "purpose": "document"}
new_direct_upload = _example(_NEW_DIRECT)
direct_upload = _example(
    {
        "id": _UPLOAD["id"],
        "method": "PUT",
        "url": "https://mainstay.s3.eu-central-1.amazonaws.com/incoming/019ab2d0?X-Amz-Signature=5e",
        "headers": {"Content-Type": "text/plain", "Content-Length": "1048576"},
        "expires_at": "2026-11-22T10:30:00.000000Z",
    }
)
