"""Examples of what goes in and comes out, shown in the OpenAPI document."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shown = TypeVar("Shown", bound=type)

_NEW: dict[str, Any] = {
    "url": "https://hooks.example.com/mainstay",
    "description": "Our ticket system",
    "event_types": ["buildings.request.*", "buildings.unit.added"],
    "headers": {"Authorization": "Bearer 7d0f2c"},
    "has_asymmetric_signature": False,
    "is_ordered": True,
    "rate_per_second": 50,
}
_ENDPOINT: dict[str, Any] = {
    "id": "019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
    **_NEW,
    "headers": {"Authorization": "********"},
    "hears_everything": False,
    "state": "enabled",
    "disabled_by": "",
    "disabled_at": None,
    "health": {
        "state": "healthy",
        "since": None,
        "consecutive_failures": 0,
        "next_probe_at": None,
    },
    "consecutive_failures": 0,
    "failing_since": None,
    "paused_until": None,
    "created_at": "2026-11-21T09:30:00Z",
    "updated_at": "2026-11-21T09:30:00Z",
}
_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDWpjbdEyoNnQ="  # noqa: S105  an example
_DELIVERY: dict[str, Any] = {
    "id": "019ab2d1-1122-7c3d-9e4f-aabbccddeeff",
    "endpoint": _ENDPOINT["id"],
    "message_id": "019ab2d1-0011-7a2b-8c3d-445566778899",
    "event_type": "buildings.request.opened",
    "state": "pending",
    "attempt_count": 1,
    "resend_count": 0,
    "next_attempt_at": "2026-11-21T09:31:04Z",
    "last_status": 500,
    "last_reason": "Answered 500. Next attempt in 33 s.",
    "created_at": "2026-11-21T09:30:30Z",
    "finished_at": None,
}
_ATTEMPT: dict[str, Any] = {
    "number": 1,
    "started_at": "2026-11-21T09:30:31Z",
    "duration_ms": 48.2,
    "dns_ms": 1.9,
    "connect_ms": 11.4,
    "tls_ms": 22.7,
    "first_byte_ms": 10.1,
    "request_headers": {"webhook-id": _DELIVERY["message_id"], "webhook-timestamp": "1795253431"},
    "status": 500,
    "response_headers": [["Content-Type", "text/plain"]],
    "response_body": "database is down",
    "is_cut": False,
    "outcome": "failed",
    "error": "",
    "reason": "Answered 500. Next attempt in 33 s.",
    "next_attempt_at": "2026-11-21T09:31:04Z",
}
_BODY = (
    '{"type":"buildings.request.opened","timestamp":"2026-11-21T09:30:30Z",'
    '"data":{"title":"The tap drips"}}'
)


_STATUSES = ("200", "201", "202")


def _example(value: dict[str, Any]) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(
        examples=[OpenApiExample("example", value=value, status_codes=_STATUSES)]
    )


new_endpoint = _example(_NEW)
endpoint = _example(_ENDPOINT)
registered_endpoint = _example({**_ENDPOINT, "secret": _SECRET})
secret = _example({"secret": _SECRET})
rotation = _example({"grace_hours": 24})
trial = _example({"event_type": "buildings.request.opened"})
trial_delivery = _example({"delivery": _DELIVERY["id"]})
public_keys = _example(
    {
        "keys": [
            {
                "kid": "pHUmM6E3yKx0",
                "state": "active",
                "public_key": "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "jwk": {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    "kid": "pHUmM6E3yKx0",
                    "use": "sig",
                    "alg": "EdDSA",
                },
            }
        ]
    }
)
delivery = _example(_DELIVERY)
delivery_in_full = _example({**_DELIVERY, "body": _BODY, "attempts": [_ATTEMPT]})
_UNIT_ADDED: dict[str, Any] = {
    "type": "buildings.unit.added",
    "timestamp": "2026-01-01T00:00:00Z",
    "data": {
        "building_id": "019ab2d0-aaaa-7b3a-9c55-3e1f6a7b8c9d",
        "unit_id": "019ab2d0-bbbb-7b3a-9c55-3e1f6a7b8c9d",
        "label": "sample",
    },
}
_UUID = {"type": "string", "format": "uuid"}
_UNIT_ADDED_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:mainstay:event:buildings.unit.added:1",
    "title": "buildings.unit.added",
    "description": "A building has one more unit.",
    "type": "object",
    "properties": {
        "type": {"const": "buildings.unit.added"},
        "timestamp": {
            "type": "string",
            "format": "date-time",
            "description": "When it happened.",
        },
        "data": {
            "type": "object",
            "properties": {"building_id": _UUID, "unit_id": _UUID, "label": {"type": "string"}},
            "required": ["building_id", "unit_id", "label"],
            "additionalProperties": True,
        },
    },
    "required": ["type", "timestamp", "data"],
    "additionalProperties": True,
    "examples": [_UNIT_ADDED],
}
_EVENT_TYPE = {
    "event_type": "buildings.unit.added",
    "description": "A building has one more unit.",
    "version": 1,
    "data_fields": ["building_id", "unit_id", "label"],
    "example": _UNIT_ADDED,
    "schema": _UNIT_ADDED_SCHEMA,
}
event_type = _example(_EVENT_TYPE)
event_types = _example({"items": [_EVENT_TYPE]})
attempts = _example({"items": [_ATTEMPT], "next_attempt_at": "2026-11-21T09:31:04Z"})
_PERIOD = {"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"}
replay = _example({**_PERIOD, "event_types": ["buildings.request.*"]})
recover = _example({"since": "2026-11-20T00:00:00Z"})
recovery = _example(
    {
        "id": "019ab2d5-1122-7c3d-9e4f-aabbccddeeff",
        "endpoint": _ENDPOINT["id"],
        "kind": "replay",
        **_PERIOD,
        "event_types": ["buildings.request.*"],
        "state": "running",
        "total": 100000,
        "done": 42000,
        "percent": 42.0,
        "per_second": 2000.0,
        "seconds_left": 29.0,
        "created_at": "2026-11-21T09:30:00Z",
        "finished_at": None,
    }
)
examination = _example(
    {
        "id": "019ab2d6-1122-7c3d-9e4f-aabbccddeeff",
        "endpoint": _ENDPOINT["id"],
        "state": "done",
        "finding": "unsound",
        "checks": [
            {
                "name": "body_changed",
                "sent": "An event whose body was changed after it was signed.",
                "expected": "4xx",
                "status": 204,
                "got": "204",
                "verdict": "failed",
                "advice": "Your server accepted an event whose body was changed: verify the "
                "signature over the raw bytes. See docs/how-to/check-your-receiver.md.",
                "duration_ms": 12.5,
            }
        ],
        "created_at": "2026-11-21T09:30:00Z",
        "finished_at": "2026-11-21T09:30:02Z",
    }
)
