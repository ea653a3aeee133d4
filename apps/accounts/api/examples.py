"""Examples that the API's documentation shows."""

from drf_spectacular.utils import OpenApiExample

_ME = {
    "id": "019a8f00-5b5a-7c31-9a61-0c2f5d0e7a01",
    "email": "ada@example.com",
    "name": "Ada",
    "locale": "de-AT",
    "time_zone": "Europe/Vienna",
    "tier": "free",
    "created_at": "2026-11-22T08:00:00Z",
}
_DEVICE = {
    "id": "019a8f00-6f00-7d0a-8b5c-2f3d4e5a6b02",
    "installation_id": "b1f4c6d2-phone",
    "platform": "ios",
    "name": "Ada's phone",
    "model": "iPhone17,3",
    "os_version": "20.1",
    "app_version": "3.2.0",
    "locale": "de-AT",
    "time_zone": "Europe/Vienna",
    "last_seen_at": "2026-11-22T08:00:00Z",
    "created_at": "2026-11-22T08:00:00Z",
}
_SESSION = {
    "id": "019a8f00-7a10-7e1b-9c6d-3a4b5c6d7e03",
    "device": {
        name: _DEVICE[name]
        for name in ("id", "platform", "name", "model", "app_version", "last_seen_at")
    },
    "ip": "203.0.113.7",
    "user_agent": "Ada/3.2.0 (iPhone17,3; iOS 20.1)",
    "created_at": "2026-11-22T08:00:00Z",
    "last_used_at": "2026-11-22T08:10:00Z",
    "is_current": True,
}
_TOLD = ("platform", "name", "model", "os_version", "app_version", "locale", "time_zone")

ME = OpenApiExample("Me", value=_ME, response_only=True)
ME_CHANGED = OpenApiExample("Moved", value={"time_zone": "Europe/Lisbon"}, request_only=True)
DEVICE = OpenApiExample("A phone", value=_DEVICE, response_only=True)
DEVICE_REGISTERED = OpenApiExample(
    "First start",
    value={name: _DEVICE[name] for name in ("installation_id", *_TOLD)},
    request_only=True,
)
DEVICE_UPDATED = OpenApiExample("Updated app", value={"app_version": "3.3.0"}, request_only=True)
SESSION = OpenApiExample("This session", value=_SESSION, response_only=True)
PASSWORD_RATED = OpenApiExample(
    "A weak one",
    value={"password": "ada-lovelace", "email": "ada@example.com", "name": "Ada Lovelace"},
    request_only=True,
)
STRENGTH = OpenApiExample(
    "A weak one",
    value={
        "score": 1,
        "warning": "Names and surnames by themselves are easy to guess.",
        "suggestions": ["Add another word or two. Uncommon words are better."],
        "broken_rules": [
            {
                "code": "password_too_similar",
                "message": "The password is too similar to the name.",
            },
        ],
    },
    response_only=True,
)
TOKENS = OpenApiExample(
    "Tokens",
    value={"access_token": "eyJhbGciOi…", "refresh_token": "q1w2e3…", "expires_in": 600},
    response_only=True,
)
GUEST = OpenApiExample(
    "First start", value={"locale": "de-AT", "time_zone": "Europe/Vienna"}, request_only=True
)
UPGRADE = OpenApiExample(
    "Keep what I have",
    value={"email": "ada@example.com", "password": "Quay-Lantern-Copper-7"},
    request_only=True,
)
