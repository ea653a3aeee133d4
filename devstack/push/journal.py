"""What arrived at the push services, in order, and what each was answered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

import orjson

Service = Literal["fcm", "apns", "web_push"]

# Where an app tells which delivery it is: the id by which pushes sent twice are found.
REFERENCES = ("delivery_id", "reference", "id")


@dataclass(slots=True)
class Push:
    """One request to send something to a device."""

    service: Service
    # The device: a token or installation id, or the id of a Web Push subscription.
    token: str
    # 0 for no answer at all.
    status: int
    # The service's word for a refusal; "" for what was accepted.
    code: str
    # By which the service calls it: message name, apns-id, message resource.
    id: str
    headers: Mapping[str, str]
    body: bytes
    # The APNs team or FCM project, or who signed for Web Push.
    sender: str = ""
    # Opens what only the device can read; None where its keys are not known here.
    opened: Callable[[bytes], bytes | None] | None = None
    number: int = 0
    at: float = field(default_factory=time.time)

    @property
    def is_accepted(self) -> bool:
        """Whether the service took it."""
        return 200 <= self.status < 300

    def payload(self) -> Any:
        """Return what the device gets to see, or None where we cannot read it."""
        try:
            plain = self.opened(self.body) if self.opened else self.body
            return None if plain is None else orjson.loads(plain)
        except ValueError:
            return None

    def reference(self) -> str:
        """Return the sender's own id of it: the same in each attempt to send it."""
        if self.service == "apns" and "apns-id" in self.headers:
            return self.headers["apns-id"].lower()
        data = self._data()
        return next((str(data[name]) for name in REFERENCES if data.get(name)), "")

    def _data(self) -> Mapping[str, Any]:
        """Return what is for the app itself: under ``data`` of a message or notification."""
        payload = self.payload()
        if not isinstance(payload, dict):
            return {}
        shown = payload.get("message") or payload.get("notification") or payload
        data = shown.get("data") if isinstance(shown, dict) else None
        return data if isinstance(data, dict) else payload

    def told(self) -> dict[str, Any]:
        """Return it as the journal shows it."""
        return {
            "number": self.number,
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(),
            "service": self.service,
            "token": self.token,
            "sender": self.sender,
            "status": self.status,
            "code": self.code,
            "is_accepted": self.is_accepted,
            "id": self.id,
            "reference": self.reference(),
            "headers": dict(self.headers),
            "payload": self.payload(),
        }


class Journal:
    """The newest pushes, and counts of all; written in the loop, read from any thread."""

    def __init__(self, size: int) -> None:
        self._pushes: deque[Push] = deque(maxlen=size)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last = 0
        self._listeners: set[asyncio.Event] = set()

    @property
    def last(self) -> int:
        """The number of the newest push."""
        return self._last

    def write(self, push: Push) -> None:
        """Add a push, and wake who waits for it."""
        self._last += 1
        push.number = self._last
        self._pushes.append(push)
        self._counts[push.service, push.code or "accepted"] += 1
        for listener in self._listeners:
            listener.set()

    def pushes(
        self,
        *,
        service: str = "",
        token: str = "",
        after: int = 0,
        is_accepted: bool | None = None,
    ) -> list[Push]:
        """Return the pushes after a number, oldest first; all that are kept by default."""
        newer = islice(reversed(tuple(self._pushes)), max(0, self._last - after))
        return [
            push
            for push in reversed(tuple(newer))
            if (not service or push.service == service)
            and (not token or push.token == token)
            and (is_accepted is None or push.is_accepted is is_accepted)
        ]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many requests came to which end, of each service, since the last `forget`."""
        found: dict[str, dict[str, int]] = {"fcm": {}, "apns": {}, "web_push": {}}
        for (service, code), times in sorted(self._counts.items()):
            found[service][code] = times
        return found

    def duplicates(self) -> list[dict[str, Any]]:
        """Return what a device was shown more than once, by the sender's own reference."""
        seen = Counter(
            (push.service, push.token, reference)
            for push in self.pushes(is_accepted=True)
            if (reference := push.reference())
        )
        return [
            {"service": service, "token": token, "reference": reference, "times": times}
            for (service, token, reference), times in seen.items()
            if times > 1
        ]

    def forget(self) -> None:
        """Empty the journal and its counts; numbers go on."""
        self._pushes.clear()
        self._counts.clear()

    async def wait(self, after: int, *, seconds: float) -> bool:
        """Wait, in the loop, until something newer is there; False if nothing came."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            if self._last <= after:
                await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._listeners.discard(event)
        return True
