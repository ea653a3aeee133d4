"""Answers that a test scripts for a device: refusals, silence, broken connections."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Action = Literal["answer", "hang", "reset"]
ANY = "*"

# What each service says, and with which status (R2 section 2).
FCM_CODES = {
    "INVALID_ARGUMENT": 400,
    "THIRD_PARTY_AUTH_ERROR": 401,
    "UNAUTHENTICATED": 401,
    "SENDER_ID_MISMATCH": 403,
    "PERMISSION_DENIED": 403,
    "UNREGISTERED": 404,
    "QUOTA_EXCEEDED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}
APNS_CODES = {
    "BadCollapseId": 400,
    "BadDeviceToken": 400,
    "BadExpirationDate": 400,
    "BadMessageId": 400,
    "BadPriority": 400,
    "BadTopic": 400,
    "DeviceTokenNotForTopic": 400,
    "IdleTimeout": 400,
    "InvalidPushType": 400,
    "MissingDeviceToken": 400,
    "MissingTopic": 400,
    "PayloadEmpty": 400,
    "TopicDisallowed": 400,
    "ExpiredProviderToken": 403,
    "Forbidden": 403,
    "InvalidProviderToken": 403,
    "MissingProviderToken": 403,
    "BadPath": 404,
    "MethodNotAllowed": 405,
    "ExpiredToken": 410,
    "Unregistered": 410,
    "PayloadTooLarge": 413,
    "TooManyProviderTokenUpdates": 429,
    "TooManyRequests": 429,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "Shutdown": 503,
}
WEB_PUSH_CODES = {
    "bad_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "gone": 410,
    "too_large": 413,
    "too_many_requests": 429,
    "internal": 500,
    "unavailable": 503,
}
CODES = {"fcm": FCM_CODES, "apns": APNS_CODES, "web_push": WEB_PUSH_CODES}


class UnknownAnswer(Exception):
    """There is no such service or code; the message names those that are."""


@dataclass(kw_only=True)
class Answer:
    """What a device's next pushes come to."""

    service: str
    # A device, or ``*`` for every one without an answer of its own.
    token: str = ANY
    # The service's own word, which stands for its status.
    code: str = ""
    # How often; None for ever.
    times: int | None = None
    action: Action = "answer"
    # Waited before, whatever comes then; with neither code nor action it is accepted late.
    delay_seconds: float = 0.0
    retry_after: str = ""
    # APNs' 410: since when the device is gone, in ms since 1970; now if not told.
    timestamp: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status of its code."""
        return CODES[self.service][self.code]


class Answers:
    """The script: what was told last counts first."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], list[Answer]] = {}

    def add(self, answer: Answer) -> None:
        """Script an answer, after those of the same device; raises UnknownAnswer."""
        if answer.service not in CODES:
            raise UnknownAnswer(f"{answer.service!r} is none of {', '.join(CODES)}.")
        codes = CODES[answer.service]
        if answer.code and answer.code not in codes:
            raise UnknownAnswer(f"{answer.code!r} is none of {', '.join(codes)}.")
        self._told.setdefault((answer.service, answer.token), []).append(answer)

    def next_for(self, service: str, token: str) -> Answer | None:
        """Take the next answer for a device; None where nothing is scripted."""
        if not self._told:
            return None
        return self._take((service, token)) or self._take((service, ANY))

    def clear(self) -> None:
        """Answer properly again."""
        self._told.clear()

    def told(self) -> list[dict[str, Any]]:
        """Return what is still scripted."""
        return [asdict(answer) for answers in self._told.values() for answer in answers]

    def _take(self, key: tuple[str, str]) -> Answer | None:
        waiting = self._told.get(key)
        if not waiting:
            return None
        answer = waiting[0]
        if answer.times is not None:
            answer.times -= 1
            if answer.times <= 0:
                waiting.pop(0)
        if not waiting:
            del self._told[key]
        return answer
