"""The body of a webhook: the payload structure of Standard Webhooks 1.0.0."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from apps.events.types import LoggedEvent

MAX_BODY_BYTES = 256 * 1024


def body_of(event: LoggedEvent) -> bytes:
    """Return the exact bytes that are stored, signed and sent for an event, at every attempt."""
    return packed(event.topic, event.recorded_at, event.payload)


def packed(topic: str, moment: datetime, payload: Mapping[str, Any]) -> bytes:
    """Return a payload in its envelope."""
    return orjson.dumps(
        {"type": topic, "timestamp": moment, "data": payload}, option=orjson.OPT_UTC_Z
    )
