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


def _example(value: dict[str, Any]) -> Callable[[Shown], Shown]:
    return extend_schema_serializer(examples=[OpenApiExample("example", value=value)])


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
event_type = _example(
    {
        "event_type": "buildings.unit.added",
        "description": "A building has one more unit.",
        "version": 1,
        "data_fields": ["building_id", "unit_id", "label"],
    }
)
