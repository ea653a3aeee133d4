"""What a provider's answer means: the prune matrix of all three services, as one table.

Only what says that a device is gone retires its registration. An argument that is wrong never does,
for it may be our message; what is wrong with our keys alarms, and neither retries nor retires.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.notifications.types import Outcome, PushService


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What one answer means for the delivery, its device and its account."""

    outcome: Outcome
    is_quota: bool = False
    is_token_refused: bool = False


_ACCEPTED = Meaning(outcome=Outcome.ACCEPTED)
_RETRY = Meaning(outcome=Outcome.RETRY)
_QUOTA = Meaning(outcome=Outcome.RETRY, is_quota=True)
_FAILED = Meaning(outcome=Outcome.FAILED)
_GONE = Meaning(outcome=Outcome.RETIRED)
_OUR_FAULT = Meaning(outcome=Outcome.MISCONFIGURED)
_OLD_TOKEN = Meaning(outcome=Outcome.MISCONFIGURED, is_token_refused=True)

# By status and the provider's word for it; "" stands for every word that has no line of its own.
# What has no line at all: 2xx is accepted, 429 is a quota, 5xx is tried again, and the rest fails.
MATRIX: Mapping[PushService, Mapping[tuple[int, str], Meaning]] = {
    # https://firebase.google.com/docs/cloud-messaging/error-codes
    PushService.FCM: {
        (400, "INVALID_ARGUMENT"): _FAILED,
        (401, "THIRD_PARTY_AUTH_ERROR"): _OUR_FAULT,
        (401, ""): _OLD_TOKEN,
        (403, "SENDER_ID_MISMATCH"): _GONE,
        (403, ""): _OUR_FAULT,
        (404, "UNREGISTERED"): _GONE,
        # A project or URL that does not exist, not a device.
        (404, ""): _OUR_FAULT,
    },
    # As Apple's page "Handling notification responses from APNs" has them.
    PushService.APNS: {
        (400, "BadDeviceToken"): _GONE,
        (400, "DeviceTokenNotForTopic"): _GONE,
        (400, "BadTopic"): _OUR_FAULT,
        (400, "MissingTopic"): _OUR_FAULT,
        (400, "TopicDisallowed"): _OUR_FAULT,
        (400, "IdleTimeout"): _RETRY,
        (403, "ExpiredProviderToken"): _OLD_TOKEN,
        (403, ""): _OUR_FAULT,
        (410, ""): _GONE,
    },
    # RFC 8030 section 7.3, RFC 8292 section 4.2
    PushService.WEB_PUSH: {
        (400, ""): _OUR_FAULT,
        (401, ""): _OUR_FAULT,
        (403, ""): _OUR_FAULT,
        (404, ""): _GONE,
        (410, ""): _GONE,
    },
}


def meaning_of(service: PushService, *, status: int, code: str) -> Meaning:
    """Return what an answer of a service means."""
    lines = MATRIX[service]
    return lines.get((status, code)) or lines.get((status, "")) or _by_class(status)


def _by_class(status: int) -> Meaning:
    if 200 <= status < 300:
        return _ACCEPTED
    if status == 429:
        return _QUOTA
    return _RETRY if status >= 500 else _FAILED
