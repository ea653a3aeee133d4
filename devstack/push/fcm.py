"""FCM's HTTP v1: who may send, what a message must look like, and what Google answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from devstack.push.answers import FCM_CODES, Answer
from devstack.push.tokens import TokenEndpoint
from devstack.push.verdicts import Refused, Verdict

LARGEST_MESSAGE = 4096
LARGEST_TO_TOPIC = 2048
TARGETS = ("token", "fid", "topic", "condition")
FIELDS = {*TARGETS, "name", "data", "notification", "android", "apns", "webpush", "fcm_options"}
_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_DURATION = re.compile(r"\d+(\.\d{1,9})?s")
# Google's own, which no app may send (R2 section 2).
_RESERVED = re.compile(r"from|message_type|collapse_key|(google|gcm)(\.|$).*")
_STATUSES = {
    "INVALID_ARGUMENT": "INVALID_ARGUMENT",
    "THIRD_PARTY_AUTH_ERROR": "UNAUTHENTICATED",
    "UNAUTHENTICATED": "UNAUTHENTICATED",
    "SENDER_ID_MISMATCH": "PERMISSION_DENIED",
    "PERMISSION_DENIED": "PERMISSION_DENIED",
    "UNREGISTERED": "NOT_FOUND",
    "QUOTA_EXCEEDED": "RESOURCE_EXHAUSTED",
    "INTERNAL": "INTERNAL",
    "UNAVAILABLE": "UNAVAILABLE",
}
_MESSAGES = {
    "THIRD_PARTY_AUTH_ERROR": "Auth error from APNS or Web Push Service",
    "UNAUTHENTICATED": "Request had invalid authentication credentials.",
    "SENDER_ID_MISMATCH": "SenderId mismatch",
    "PERMISSION_DENIED": "Permission denied on this project.",
    "UNREGISTERED": "Requested entity was not found.",
    "QUOTA_EXCEEDED": "Resource has been exhausted (e.g. check quota).",
    "INTERNAL": "Internal error encountered.",
    "UNAVAILABLE": "The service is currently unavailable.",
}


@dataclass
class FcmVerdict(Verdict):
    """What one request is answered; its id is the message's name."""

    token: str = ""
    body: bytes = b""


def judge(tokens: TokenEndpoint, project_id: str, authorization: str, body: bytes) -> FcmVerdict:
    """Return what Google would answer, were the device there."""
    token = ""
    try:
        _check_access(tokens, project_id, authorization)
        message = _message_in(body)
        token = _target_of(message)
        _check_message(message, len(body))
    except Refused as refusal:
        return refusal_of(refusal.code, str(refusal), token=token)
    name = f"projects/{project_id}/messages/0:{secrets.token_hex(12)}"
    return FcmVerdict(200, id=name, token=token, body=orjson.dumps({"name": name}))


def scripted(answer: Answer, token: str) -> FcmVerdict:
    """Return the refusal that a test has scripted."""
    verdict = refusal_of(answer.code, "", token=token)
    if answer.retry_after:
        verdict.headers["Retry-After"] = answer.retry_after
    return verdict


def refusal_of(code: str, message: str, *, token: str) -> FcmVerdict:
    """Return an error as Google words it (google.rpc.Status)."""
    status = FCM_CODES[code]
    error: dict[str, Any] = {
        "code": status,
        "message": message or _MESSAGES.get(code, "Request contains an invalid argument."),
        "status": _STATUSES[code],
    }
    # Errors of Google's front, such as a bad access token, are none of FCM's own.
    if code not in {"UNAUTHENTICATED", "PERMISSION_DENIED"}:
        error["details"] = [{"@type": _ERROR, "errorCode": code}]
    return FcmVerdict(status, code=code, token=token, body=orjson.dumps({"error": error}))


def _check_access(tokens: TokenEndpoint, project_id: str, authorization: str) -> None:
    access = tokens.access_by(authorization)
    if access is None:
        raise Refused("UNAUTHENTICATED")
    if access.project_id != project_id:
        raise Refused("PERMISSION_DENIED")


def _message_in(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except ValueError:
        raise Refused("INVALID_ARGUMENT", "Invalid JSON payload received.") from None
    message = told.get("message") if isinstance(told, dict) else None
    if not isinstance(message, dict):
        raise Refused("INVALID_ARGUMENT", "Message must be an object.")
    return message


def _target_of(message: Mapping[str, Any]) -> str:
    targets = [name for name in TARGETS if message.get(name)]
    if len(targets) != 1:
        raise Refused(
            "INVALID_ARGUMENT", f"Exactly one of {', '.join(TARGETS)} must be set; got {targets}."
        )
    target = message[targets[0]]
    if not isinstance(target, str):
        raise Refused("INVALID_ARGUMENT", f"Invalid value at 'message.{targets[0]}' (TYPE_STRING)")
    return target if targets[0] in {"token", "fid"} else f"{targets[0]}:{target}"


def _check_message(message: Mapping[str, Any], size: int) -> None:
    for name in message:
        if name not in FIELDS:
            raise Refused(
                "INVALID_ARGUMENT",
                f"Invalid JSON payload received. Unknown name \"{name}\" at 'message': "
                "Cannot find field.",
            )
    _check_data(message.get("data") or {})
    _check_android(message.get("android") or {})
    # The rest of a request is never smaller than nothing.
    limit = LARGEST_TO_TOPIC if "topic" in message or "condition" in message else LARGEST_MESSAGE
    if size > limit and size_of(message) > limit:
        raise Refused("INVALID_ARGUMENT", "Android message is too big")


def size_of(message: Mapping[str, Any]) -> int:
    """Return how many bytes of a message count: all but whom it is for."""
    counted = {name: value for name, value in message.items() if name not in TARGETS}
    return len(orjson.dumps(counted))


def _check_data(data: Any) -> None:
    if not isinstance(data, dict):
        raise Refused("INVALID_ARGUMENT", "Invalid value at 'message.data'")
    for place, (name, value) in enumerate(data.items()):
        if not isinstance(value, str):
            raise Refused(
                "INVALID_ARGUMENT",
                f"Invalid value at 'message.data[{place}].value' (TYPE_STRING), {value}",
            )
        if _RESERVED.fullmatch(name):
            raise Refused("INVALID_ARGUMENT", f"Invalid data payload key: {name}")


def _check_android(android: Any) -> None:
    ttl = android.get("ttl")
    if ttl is not None and not (isinstance(ttl, str) and _DURATION.fullmatch(ttl)):
        raise Refused("INVALID_ARGUMENT", "Invalid value at 'message.android.ttl' (Duration)")
    if str(android.get("priority", "normal")).lower() not in {"normal", "high"}:
        raise Refused("INVALID_ARGUMENT", "Invalid value at 'message.android.priority'")
