"""APNs: who may send to which app, what a request must carry, and what Apple answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from devstack.push.answers import APNS_CODES, Answer
from devstack.push.issuing import Consoles, SigningKey
from devstack.push.verdicts import Refused, Verdict

LARGEST_PAYLOAD = 4096
LARGEST_CALL = 5120
LONGEST_COLLAPSE_ID = 64
# A team shows a new token at most so often, and none older than an hour (R2 section 2).
UPDATE_SECONDS = 20 * 60
OLDEST_TOKEN_SECONDS = 60 * 60
PUSH_TYPES = {
    *("alert", "background", "location", "voip", "complication", "fileprovider", "mdm"),
    *("liveactivity", "pushtotalk", "widgets", "controls"),
}
_PATH = "/3/device/"
# Kept in the journal; the authorization is not.
KEPT = (
    *("apns-id", "apns-topic", "apns-push-type", "apns-priority", "apns-expiration"),
    "apns-collapse-id",
)


@dataclass
class ApnsVerdict(Verdict):
    """What one request is answered; its id is the apns-id."""

    token: str = ""
    team: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class _Shown:
    """A provider token that was found good."""

    key: SigningKey
    issued_at: float


class Gate:
    """Reads provider tokens (JWT, ES256), and refuses who shows too many of them."""

    def __init__(self, consoles: Consoles) -> None:
        self._consoles = consoles
        self._shown: dict[str, _Shown] = {}
        self._changed: dict[str, float] = {}
        self.update_seconds = float(UPDATE_SECONDS)

    def enter(self, authorization: str, team: str) -> SigningKey:
        """Return the key behind a request on a connection of a team ("" yet); raises Refused."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused("MissingProviderToken")
        shown = self._shown.get(token) or self._read(token)
        if time.time() - shown.issued_at > OLDEST_TOKEN_SECONDS:
            raise Refused("ExpiredProviderToken")
        # A connection belongs to one team.
        if team not in {"", shown.key.team_id}:
            raise Refused("InvalidProviderToken")
        if token not in self._shown:
            self._note(token, shown)
        return shown.key

    def _read(self, token: str) -> _Shown:
        try:
            key = self._consoles.key_of(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise Refused("InvalidProviderToken")
            private = load_pem_private_key(key.private_key.encode(), None)
            assert isinstance(private, ec.EllipticCurvePrivateKey)
            claims = jwt.decode(
                token,
                private.public_key(),
                algorithms=["ES256"],
                issuer=key.team_id,
                options={"require": ["iss", "iat"], "verify_aud": False},
            )
        except jwt.InvalidTokenError:
            raise Refused("InvalidProviderToken") from None
        return _Shown(key, float(claims["iat"]))

    def _note(self, token: str, shown: _Shown) -> None:
        now, team = time.time(), shown.key.team_id
        if now - self._changed.get(team, 0.0) < self.update_seconds:
            raise Refused("TooManyProviderTokenUpdates")
        self._shown[token] = shown
        self._changed[team] = now


def judge(gate: Gate, headers: Mapping[str, str], body: bytes, team: str) -> ApnsVerdict:
    """Return what Apple would answer, were the device there."""
    verdict = ApnsVerdict(200, headers.get("apns-id", ""))
    verdict.headers = {name: headers[name] for name in KEPT if name in headers}
    try:
        verdict.token = _device_of(headers)
        key = gate.enter(headers.get("authorization", ""), team)
        verdict.team = key.team_id
        _check_topic(headers, key)
        _check_headers(headers)
        _check_payload(headers, body)
    except Refused as refusal:
        refuse(verdict, refusal.code)
    return verdict


def scripted(verdict: ApnsVerdict, answer: Answer) -> None:
    """Turn a verdict into the refusal that a test has scripted."""
    refuse(verdict, answer.code, timestamp=answer.timestamp)
    if answer.retry_after:
        verdict.headers["retry-after"] = answer.retry_after


def refuse(verdict: ApnsVerdict, reason: str, *, timestamp: int | None = None) -> None:
    """Turn a verdict into a refusal; a device that is gone is gone since a moment (in ms)."""
    told: dict[str, str | int] = {"reason": reason}
    verdict.status, verdict.code = APNS_CODES[reason], reason
    if verdict.status == 410:
        told["timestamp"] = int(time.time() * 1000) if timestamp is None else timestamp
    verdict.body = orjson.dumps(told)


def _device_of(headers: Mapping[str, str]) -> str:
    if headers.get(":method") != "POST":
        raise Refused("MethodNotAllowed")
    path = headers.get(":path", "")
    if not path.startswith(_PATH):
        raise Refused("BadPath")
    token = path.removeprefix(_PATH)
    if not token:
        raise Refused("MissingDeviceToken")
    try:
        bytes.fromhex(token)
    except ValueError:
        raise Refused("BadDeviceToken") from None
    return token


def _check_topic(headers: Mapping[str, str], key: SigningKey) -> None:
    topic = headers.get("apns-topic", "")
    if not topic:
        raise Refused("MissingTopic")
    if key.topics and topic not in key.topics:
        raise Refused("TopicDisallowed")


def _check_headers(headers: Mapping[str, str]) -> None:
    push_type = headers.get("apns-push-type", "")
    if push_type not in PUSH_TYPES:
        raise Refused("InvalidPushType")
    priority = headers.get("apns-priority", "10")
    if priority not in {"1", "5", "10"} or (push_type == "background" and priority == "10"):
        raise Refused("BadPriority")
    if not headers.get("apns-expiration", "0").isdecimal():
        raise Refused("BadExpirationDate")
    if len(headers.get("apns-collapse-id", "").encode()) > LONGEST_COLLAPSE_ID:
        raise Refused("BadCollapseId")
    if "apns-id" in headers:
        try:
            UUID(headers["apns-id"])
        except ValueError:
            raise Refused("BadMessageId") from None


def _check_payload(headers: Mapping[str, str], body: bytes) -> None:
    if not body:
        raise Refused("PayloadEmpty")
    limit = LARGEST_CALL if headers.get("apns-push-type") == "voip" else LARGEST_PAYLOAD
    if len(body) > limit:
        raise Refused("PayloadTooLarge")
