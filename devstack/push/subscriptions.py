"""Browsers that let themselves be pushed to, and what waits for those that are away."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devstack.push.vapid import from_base64url, public_point, to_base64url

# What waits for one browser; a real service keeps as few.
WAITING_LIMIT = 100
# What is for now or never has a moment to be handed over.
MOMENT_SECONDS = 2


@dataclass(kw_only=True)
class Message:
    """A push on its way to a browser, which alone can open it."""

    id: str
    body: bytes
    ttl: int
    urgency: str
    topic: str
    sent_at: float = field(default_factory=time.time)

    @property
    def is_over(self) -> bool:
        """Whether its time to live has passed."""
        return time.time() > self.sent_at + max(self.ttl, MOMENT_SECONDS)

    def told(self) -> dict[str, Any]:
        """Return it as a page gets it."""
        return {
            "id": self.id,
            "body": to_base64url(self.body),
            "encoding": "aes128gcm",
            "ttl": self.ttl,
            "urgency": self.urgency,
            "topic": self.topic,
        }


@dataclass(kw_only=True)
class Subscription:
    """One browser's: whose pushes it takes, and its keys (RFC 8291), the private one if known."""

    id: str
    p256dh: str
    auth: str
    # Base64url of the private number; "" where the browser keeps it to itself.
    private_key: str = ""
    # Takes pushes signed by this key alone (RFC 8292, section 4); "" for any, signed or not.
    application_server_key: str = ""
    # A page's, whose keys are lost with it: over when nobody listens any more.
    ends_with_stream: bool = False

    def __post_init__(self) -> None:
        public_point(self.p256dh)
        if len(from_base64url(self.auth)) != 16:
            raise ValueError("auth is not 16 bytes of base64url")
        self._key = _private(self.private_key) if self.private_key else None
        self._waiting: dict[str, Message] = {}
        self._news = asyncio.Event()
        self.listeners = 0

    def as_browser_shows_it(self, base_url: str) -> dict[str, Any]:
        """Return what ``PushSubscription.toJSON()`` gives an app."""
        keys = {"p256dh": self.p256dh, "auth": self.auth}
        return {"endpoint": f"{base_url}/web-push/{self.id}", "expirationTime": None, "keys": keys}

    def opened(self, body: bytes) -> bytes | None:
        """Decrypt a push (RFC 8291); None where the key is not known or it is not for us."""
        if self._key is None:
            return None
        try:
            plain: bytes = http_ece.decrypt(
                body, private_key=self._key, auth_secret=from_base64url(self.auth)
            )
        except (http_ece.ECEException, ValueError):
            return None
        return plain

    def put(self, message: Message) -> None:
        """Keep a message until the browser comes for it; one of the same topic takes its place."""
        if self._key is not None or (message.ttl == 0 and not self.listeners):
            return
        if message.topic:
            for other in [m for m in self._waiting.values() if m.topic == message.topic]:
                del self._waiting[other.id]
        self._waiting[message.id] = message
        while len(self._waiting) > WAITING_LIMIT:
            del self._waiting[next(iter(self._waiting))]
        self._news.set()

    async def messages(self) -> AsyncGenerator[Message]:
        """Hand over what waits and what comes, for ever; what was taken is asked for no more.

        A message counts as taken when the next one is asked for.
        """
        self.listeners += 1
        try:
            while True:
                self._news.clear()
                for message in list(self._waiting.values()):
                    # One of the same topic may have taken its place meanwhile.
                    if message.id in self._waiting and not message.is_over:
                        yield message
                    self._waiting.pop(message.id, None)
                if not self._waiting:
                    await self._news.wait()
        finally:
            self.listeners -= 1


class Subscriptions:
    """All of them, kept in a file: an app server remembers them over our restarts too."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "subscriptions.jsonl"
        self._known: dict[str, Subscription] = {}
        self._gone: set[str] = set()
        self._read()

    def add(self, told: Mapping[str, Any]) -> Subscription:
        """Subscribe a browser: with its public keys, or with a pair made here; raises ValueError.

        The keys stand in ``keys``, as in a PushSubscription, or beside the rest. A browser's own
        ``private_key`` may be told as well, so that its pushes are shown.
        """
        keys = told["keys"] if "keys" in told else told if "p256dh" in told else _new_keys()
        subscription = Subscription(
            id=secrets.token_urlsafe(16),
            p256dh=str(keys["p256dh"]),
            auth=str(keys["auth"]),
            private_key=str(keys.get("private_key", "")),
            application_server_key=str(told.get("application_server_key") or "").rstrip("="),
            ends_with_stream=bool(told.get("ends_with_stream", False)),
        )
        if subscription.application_server_key:
            public_point(subscription.application_server_key)
        self._known[subscription.id] = subscription
        self._append(asdict(subscription))
        return subscription

    def get(self, name: str) -> Subscription | None:
        """Return a subscription that is still there."""
        return self._known.get(name)

    def is_gone(self, name: str) -> bool:
        """Tell whether there once was such a subscription."""
        return name in self._gone

    def remove(self, name: str) -> bool:
        """Unsubscribe a browser, for ever; False if it was not subscribed."""
        if self._known.pop(name, None) is None:
            return False
        self._gone.add(name)
        self._append({"id": name, "is_gone": True})
        return True

    def leave(self, subscription: Subscription) -> None:
        """End a subscription that ends with its stream, unless somebody listens again."""
        if subscription.ends_with_stream and not subscription.listeners:
            self.remove(subscription.id)

    def _append(self, line: Mapping[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self) -> None:
        if not self._file.exists():
            return
        for line in self._file.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            if told.get("is_gone"):
                self._known.pop(told["id"], None)
                self._gone.add(told["id"])
            else:
                self._known[told["id"]] = Subscription(**told)


def _new_keys() -> dict[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    number = key.private_numbers().private_value.to_bytes(32, "big")
    return {
        "p256dh": to_base64url(public),
        "auth": to_base64url(secrets.token_bytes(16)),
        "private_key": to_base64url(number),
    }


def _private(number: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(number), "big"), ec.SECP256R1())
