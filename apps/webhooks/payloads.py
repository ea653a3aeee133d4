"""The body of a webhook: the payload structure of Standard Webhooks 1.0.0."""

import orjson

from apps.events.types import LoggedEvent

MAX_BODY_BYTES = 256 * 1024


def body_of(event: LoggedEvent) -> bytes:
    """Return the exact bytes that are stored, signed and sent for an event, at every attempt."""
    return orjson.dumps(
        {"type": event.topic, "timestamp": event.recorded_at, "data": event.payload},
        option=orjson.OPT_UTC_Z,
    )
