"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

HOUSE = "room:building:019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d"
_OLGA = "019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"
_EVENT = "019ab2d1-0011-7a2b-8c3d-445566778899"
_DATA = {"event": "lift.moved", "payload": {"floor": 3}}
_STATUSES = ("200", "202")


def _example(value: dict[str, Any]) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(
        examples=[OpenApiExample("example", value=value, status_codes=_STATUSES)]
    )


message = _example({"channel": HOUSE, "data": _DATA})
broadcast = _example({"channels": [HOUSE, f"user:{_OLGA}"], "data": _DATA})
published = _example({"event_id": _EVENT})
disconnect = _example({"user": _OLGA, "code": 3503, "reason": "force disconnect"})
presence = _example(
    {
        "channel": HOUSE,
        "clients": [
            {
                "client": "019ab2d4-1122-7c3d-9e4f-aabbccddeeff",
                "user": _OLGA,
                "connected_at": "2026-11-22T09:30:00Z",
                "node": "realtime-1",
            }
        ],
        "user_count": 1,
    }
)
history = _example(
    {
        "channel": HOUSE,
        "epoch": "9f3a61c2",
        "offset": 7,
        "publications": [
            {
                "offset": 7,
                "event_id": _EVENT,
                "published_at": "2026-11-22T09:30:00Z",
                "data": _DATA,
            }
        ],
    }
)
# What the stream of the realtime process looks like.
STREAM = (
    "id: room:building:019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d=9f3a61c2.7\n"
    'data: {"channel":"room:building:019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d","offset":7,'
    '"data":{"event":"lift.moved","payload":{"floor":3}}}\n\n'
)
