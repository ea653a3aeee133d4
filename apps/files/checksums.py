"""Checksums of chunks (tus 1.0.0, extension checksum): read, and counted while bytes come."""

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from apps.kernel.errors import Invalid


class Running(Protocol):
    """A checksum of what has come so far."""

    def update(self, block: bytes, /) -> None:
        """Go on with more bytes."""

    def digest(self) -> bytes:
        """Return the checksum so far."""


class _Crc32:
    """CRC-32 (ISO 3309) as the other algorithms are used; four bytes, the highest first."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, block: bytes, /) -> None:
        self._value = zlib.crc32(block, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


# They tell of broken lines, not of enemies: the sender makes both the bytes and the checksum.
ALGORITHMS: Mapping[str, Callable[[], Running]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "crc32": _Crc32,
}


@dataclass(frozen=True, kw_only=True)
class Checksum:
    """What the bytes of a chunk should come to."""

    algorithm: str
    digest: bytes

    def running(self) -> Running:
        """Return a new checksum of the same algorithm."""
        return ALGORITHMS[self.algorithm]()

    def is_met_by(self, running: Running) -> bool:
        """Tell whether the bytes came to this."""
        return hmac.compare_digest(self.digest, running.digest())


def checksum_in(header: str) -> Checksum:
    """Return the checksum that an Upload-Checksum header names; raises Invalid."""
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise Invalid.naming(("Upload-Checksum", f"The algorithms known here: {known}."))
    try:
        digest = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != len(ALGORITHMS[algorithm]().digest()):
        raise Invalid.naming(("Upload-Checksum", f"This is no {algorithm} in base64."))
    return Checksum(algorithm=algorithm, digest=digest)
