"""Examples of notifications, shown in the OpenAPI document."""

from typing import Any

from apps.notifications.api.showing import example

_ID = "019ab2e0-0d1e-7b3a-9c55-3e1f6a7b8c9d"
_USER = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"
_HOUR: dict[str, Any] = {"ttl_seconds": 3600, "urgency": "high", "collapse_id": "lift-2"}
_DELIVERY: dict[str, Any] = {
    "id": "019ab2e1-1122-7c3d-9e4f-aabbccddeeff",
    "channel": "push",
    "service": "fcm",
    "device": "019ab2da-1122-7c3d-9e4f-aabbccddeeff",
    "account": "fcm",
    "state": "accepted",
    "last_code": "",
    "last_reason": "",
    "next_attempt_at": None,
    "expires_at": "2026-11-22T10:30:00Z",
    "created_at": "2026-11-22T09:30:00Z",
    "finished_at": "2026-11-22T09:30:01Z",
    "attempts": [
        {
            "number": 1,
            "started_at": "2026-11-22T09:30:00Z",
            "duration_ms": 48.2,
            "status": 200,
            "code": "",
            "reason": "Taken.",
            "outcome": "accepted",
            "next_attempt_at": None,
        }
    ],
}

new_notification = example(
    idempotency_key="lift-2-works-again",
    category="account_security",
    texts={"en": {"title": "The lift works again", "body": "In house 2.", "url": "/houses/2"}},
    segment="people",
    arguments={"tiers": ["premium"]},
    **_HOUR,
)
notification = example(
    id=_ID,
    category="account_security",
    template="",
    is_silent=False,
    target_kind="segment",
    channels=None,
    digest_key="",
    scheduled_at="2026-11-22T09:30:00Z",
    state="expanding",
    recipient_count=4000,
    finished_at=None,
    created_at="2026-11-22T09:30:00Z",
    **_HOUR,
)
explanation = example(
    notification_id=_ID,
    user_id=_USER,
    state="sent",
    summary="Push by Firebase Cloud Messaging was taken. "
    "E-mail: The person switched off “Account security” by e-mail.",
    decisions=[
        {
            "channel": "push",
            "step": "address",
            "ruling": "passed",
            "reason": "A device is registered for push.",
            "until": None,
        },
        {
            "channel": "email",
            "step": "preference",
            "ruling": "suppressed",
            "reason": "The person switched off “Account security” by e-mail.",
            "until": None,
        },
    ],
    deliveries=[_DELIVERY],
)
