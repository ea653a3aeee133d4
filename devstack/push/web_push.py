"""A Web Push service: what a push to a browser must look like (RFC 8030, 8188, 8291, 8292)."""

from __future__ import annotations

import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from devstack.push.answers import WEB_PUSH_CODES, Answer
from devstack.push.subscriptions import Message, Subscription, Subscriptions
from devstack.push.vapid import BadVapid, Vapid
from devstack.push.verdicts import Refused, Verdict

LARGEST_BODY = 4096
URGENCIES = {"very-low", "low", "normal", "high"}
# Salt, record size, and a key of 65 bytes with its length (RFC 8188, section 2.1).
_HEADER_BYTES = 16 + 4 + 1 + 65
_TAG_BYTES = 16
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
# Kept in the journal; the authorization is not.
KEPT = ("TTL", "Urgency", "Topic", "Content-Encoding")
# A real service keeps nothing for longer, whatever it is asked.
LONGEST_TTL = 28 * 24 * 60 * 60


@dataclass
class WebPushVerdict(Verdict):
    """What one push is answered; its id is the message's."""

    reason: str = ""
    sender: str = ""
    subscription: Subscription | None = None
    message: Message | None = None


class WebPush:
    """Judges pushes to its subscriptions, and hands over those that are good."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self.subscriptions = subscriptions
        self._vapid = Vapid()

    def judge(
        self, name: str, headers: Mapping[str, str], body: bytes, origin: str
    ) -> WebPushVerdict:
        """Return what a push service answers; a message comes with what it takes."""
        verdict = WebPushVerdict(201, secrets.token_urlsafe(16))
        try:
            verdict.subscription = self._subscription(name)
            verdict.sender = self._signer(verdict.subscription, headers, origin)
            verdict.message = _message(verdict.id, headers, body)
            verdict.headers["TTL"] = str(verdict.message.ttl)
        except Refused as refusal:
            refuse(verdict, refusal.code, str(refusal))
        return verdict

    def _subscription(self, name: str) -> Subscription:
        subscription = self.subscriptions.get(name)
        if subscription is None and self.subscriptions.is_gone(name):
            raise Refused("gone", "this subscription is over")
        if subscription is None:
            raise Refused("not_found", "there is no such subscription")
        return subscription

    def _signer(self, subscription: Subscription, headers: Mapping[str, str], origin: str) -> str:
        wanted = subscription.application_server_key
        if "Authorization" not in headers:
            if wanted:
                raise Refused("unauthorized", "this subscription wants a VAPID signature")
            return ""
        try:
            signer = self._vapid.signer_of(headers["Authorization"], origin)
        except BadVapid as reason:
            raise Refused("forbidden", f"VAPID: {reason}") from None
        if wanted and signer.key != wanted:
            raise Refused("forbidden", "VAPID: another key than the one subscribed to")
        return signer.subject or signer.key


def scripted(verdict: WebPushVerdict, answer: Answer) -> None:
    """Turn a verdict into the refusal that a test has scripted."""
    refuse(verdict, answer.code, "as scripted")
    if answer.retry_after:
        verdict.headers["Retry-After"] = answer.retry_after


def refuse(verdict: WebPushVerdict, code: str, reason: str) -> None:
    """Turn a verdict into a refusal."""
    verdict.status, verdict.code, verdict.reason = WEB_PUSH_CODES[code], code, reason
    verdict.message, verdict.headers = None, {}
    if verdict.status == 401:
        verdict.headers["WWW-Authenticate"] = "vapid"


def _message(message_id: str, headers: Mapping[str, str], body: bytes) -> Message:
    ttl, topic = headers.get("TTL", ""), headers.get("Topic", "")
    if not ttl.isdecimal():
        raise Refused("bad_request", "TTL is missing or no number of seconds")
    urgency = headers.get("Urgency", "normal")
    if urgency not in URGENCIES:
        raise Refused("bad_request", f"Urgency is none of {', '.join(sorted(URGENCIES))}")
    if topic and not _TOPIC.fullmatch(topic):
        raise Refused("bad_request", "Topic is not 1 to 32 characters of base64url")
    if body:
        _check_body(headers.get("Content-Encoding", ""), body)
    lived = min(int(ttl), LONGEST_TTL)
    return Message(id=message_id, body=body, ttl=lived, urgency=urgency, topic=topic)


def _check_body(encoding: str, body: bytes) -> None:
    if encoding != "aes128gcm":
        raise Refused("bad_request", "Content-Encoding is not aes128gcm")
    if len(body) > LARGEST_BODY:
        raise Refused("too_large", f"{len(body)} bytes are more than {LARGEST_BODY}")
    if len(body) < _HEADER_BYTES + _TAG_BYTES + 1 or body[20] != 65:
        raise Refused("bad_request", "the body is not encrypted as RFC 8291 says")
    (record_size,) = struct.unpack("!L", body[16:20])
    if len(body) - _HEADER_BYTES > record_size:
        # Browsers drop it without a word (RFC 8291, section 4); better to hear it here.
        raise Refused("bad_request", "the body is more than one record")
