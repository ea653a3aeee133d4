"""Holds every announced payload against the JSON Schema of its type."""

from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker

from apps.events.schemas import payload_schema
from apps.events.types import Event

_payload_of = Event.payload
_validators: dict[type[Event], Any] = {}


def published_payload(event: Event) -> dict[str, Any]:
    """Return an event's payload; raises ValidationError where it is not as published."""
    payload = _payload_of(event)
    event_type = type(event)
    if event_type not in _validators:
        _validators[event_type] = Draft202012Validator(
            payload_schema(event_type), format_checker=FormatChecker()
        )
    _validators[event_type].validate(orjson.loads(orjson.dumps(payload)))
    return payload
