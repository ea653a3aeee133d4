"""Examples of files as they go in and come out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

_ID = "019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"
_EXPIRES_AT = "2026-11-22T10:45:00Z"
_USER = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"
_FILE: dict[str, Any] = {
    "id": _ID,
    "owner": _USER,
    "purpose": "image",
    "name": "Lighthouse.jpg",
    "scope": "building:019ab2d1-aaaa-7b3a-9c55-3e1f6a7b8c9d",
    "size_bytes": 2402118,
    "content_type": "image/jpeg",
    "width": 4000,
    "height": 3000,
    "state": "clean",
    "reason": "",
    "created_at": "2026-11-22T09:30:00Z",
    "updated_at": "2026-11-22T09:30:02Z",
}
_STATUSES = ("200", "201", "202")


def _url(rendition: str) -> str:
    return (
        f"https://api.example.com/api/v1/files/{_ID}/content?rendition={rendition}&disposition="
        f"&user={_USER}&expires=1795344300&signature=4nWzT0.r1bqVSwC2h8b0fQZ5Xyj3kBzHtT9mLqo"
    )


def _example(value: dict[str, Any]) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(
        examples=[OpenApiExample("example", value=value, status_codes=_STATUSES)]
    )


file = _example(_FILE)
file_in_full = _example(
    {
        **_FILE,
        "url": _url(""),
        "url_expires_at": _EXPIRES_AT,
        "renditions": [
            {
                "name": "300",
                "format": "webp",
                "state": "ready",
                "reason": "",
                "width": 300,
                "height": 225,
                "size_bytes": 18604,
                "url": _url("300.webp"),
            }
        ],
    }
)
file_url_wish = _example({"disposition": "inline", "seconds": 3600})
file_url = _example(
    {
        "url": _url(""),
        "expires_at": _EXPIRES_AT,
        "disposition": "inline",
        "content_type": "image/webp",
        "size_bytes": 918604,
    }
)
usage = _example({"tier": "free", "used_bytes": 2402118, "limit_bytes": 1073741824})
