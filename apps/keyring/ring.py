"""The keys as one process holds them: decrypted once, their states read again every half second.

So a key that is revoked anywhere stops working in every process in less than a second.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from apps.keyring import masters, material
from apps.keyring.models import Key
from apps.keyring.types import Algorithm, Purpose, State

FRESH_SECONDS = 0.5
# Unknown key ids are the attacker's to invent: they may cause ten reads a second, not more.
FORCED_READ_EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class LiveKey:
    """A key in a process's memory; its material is decrypted at the first use."""

    kid: str
    purpose: Purpose
    algorithm: Algorithm
    sealed: bytes

    @cached_property
    def secret(self) -> bytes:
        """The bytes of a symmetric key, or the private half as DER."""
        return masters.opened(self.sealed)

    @cached_property
    def private_key(self) -> material.PrivateKey:
        """The signing half of an asymmetric key."""
        return material.private_key(self.secret)

    @cached_property
    def public_key(self) -> material.PublicKey:
        """The verifying half of an asymmetric key."""
        return self.private_key.public_key()


class Ring:
    """Every key that is not revoked, and which of them is active."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, LiveKey] = {}
        self._active: dict[Purpose, LiveKey] = {}
        self._states: dict[str, str] = {}
        self._read_at = float("-inf")
        self._forced_at = float("-inf")
        # Raised at every change, so that what was derived from the keys can be dropped.
        self.generation = 0

    def active(self, purpose: Purpose) -> LiveKey | None:
        """Return the key that signs and encrypts now, or None before the first."""
        self._read_if_stale()
        return self._active.get(purpose)

    def signing(self, purpose: Purpose) -> list[LiveKey]:
        """Return the keys whose public half others know by now: the active one, then former ones.

        The newest first.
        """
        self._read_if_stale()
        states = {State.ACTIVE: 0, State.RETIRING: 1}
        keys = [key for key in reversed(self._keys.values()) if key.purpose == purpose]
        known = [key for key in keys if self._states.get(key.kid) in states]
        return sorted(known, key=lambda key: states[State(self._states[key.kid])])

    def find(self, purpose: Purpose, kid: str) -> LiveKey | None:
        """Return a key that still verifies and decrypts, or None."""
        self._read_if_stale()
        if kid not in self._keys:
            self._read_if_allowed()
        key = self._keys.get(kid)
        return key if key is not None and key.purpose == purpose else None

    def fresh_generation(self) -> int:
        """Return the generation after looking whether the keys have changed."""
        self._read_if_stale()
        return self.generation

    def forget(self) -> None:
        """Read the keys anew at the next use."""
        self._read_at = self._forced_at = float("-inf")

    def _read_if_stale(self) -> None:
        if time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_SECONDS:
                self._read()

    def _read_if_allowed(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._forced_at >= FORCED_READ_EVERY_SECONDS:
                self._forced_at = now
                self._read()

    def _read(self) -> None:
        started = time.monotonic()
        rows = list(Key.objects.exclude(state=State.REVOKED))
        states = {row.kid: row.state for row in rows}
        if states != self._states:
            keys = dict(self._live(rows))
            self._active = {
                Purpose(row.purpose): keys[row.kid] for row in rows if row.state == State.ACTIVE
            }
            self._keys, self._states = keys, states
            self.generation += 1
        self._read_at = started

    def _live(self, rows: list[Key]) -> Iterator[tuple[str, LiveKey]]:
        for row in rows:
            yield (
                row.kid,
                self._keys.get(row.kid)
                or LiveKey(
                    kid=row.kid,
                    purpose=Purpose(row.purpose),
                    algorithm=Algorithm(row.algorithm),
                    sealed=bytes(row.material),
                ),
            )


ring = Ring()
