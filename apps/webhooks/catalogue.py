"""The catalogue of event types as receivers meet them: the whole body's schema, and an example."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from apps.events.selectors import described_payload
from apps.events.types import Event, event_types, payload_fields
from apps.webhooks.payloads import packed
from apps.webhooks.samples import sample_payload

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "docs/reference/events"
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class EventTypeEntry:
    """One event type, for whoever writes its receiver."""

    event_type: str
    description: str
    version: int
    data_fields: tuple[str, ...]
    example: dict[str, Any]
    schema: dict[str, Any]


def entries() -> list[EventTypeEntry]:
    """Return every type that can be subscribed to, by name."""
    return [entry_of(event_type) for event_type in event_types()]


def entry_of(event_type: type[Event]) -> EventTypeEntry:
    """Return one type's entry."""
    described = described_payload(event_type)
    body = orjson.loads(packed(event_type.topic, _MOMENT, sample_payload(event_type)))
    return EventTypeEntry(
        event_type=event_type.topic,
        description=described.description,
        version=event_type.version,
        data_fields=payload_fields(event_type),
        example=body,
        schema={
            "$schema": DIALECT,
            "$id": f"urn:mainstay:event:{event_type.topic}:{event_type.version}",
            "title": event_type.topic,
            "description": described.description,
            "type": "object",
            "properties": {
                "type": {"const": event_type.topic},
                "timestamp": {
                    "type": "string",
                    "format": "date-time",
                    "description": "When it happened.",
                },
                "data": described.schema,
            },
            "required": ["type", "timestamp", "data"],
            "additionalProperties": True,
            "examples": [body],
        },
    )


def snapshot_name(event_type: type[Event]) -> str:
    """Return the file that holds the published schema of a type's present version."""
    return f"{FOLDER}/{event_type.topic}.v{event_type.version}.json"
