"""Content codings: which one a client prefers, and which answers may be compressed at all.

Compressing an answer that holds both a secret and something an attacker chose tells the secret by
the answer's length (BREACH); decision 0010 says which answers are left alone.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli

# Below this, headers weigh more than what is saved (and one packet carries it anyway).
MIN_BYTES = 1024

# Longer than any browser's; what is longer is not worth reading.
_LONGEST_HEADER = 500
_ELEMENT = re.compile(
    r"\s*([a-z0-9!#$%&'*+.^_`|~-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.IGNORECASE,
)
# Types whose bytes repeat themselves. All others are compressed already, or nobody knows.
_TEXTUAL = re.compile(
    r"text/(?!event-stream)|application/(?:[a-z0-9.-]+\+)?(?:json|xml)\b"
    r"|application/(?:javascript|manifest\+json)\b|image/svg\+xml\b",
    re.IGNORECASE,
)


def _gzipped(body: bytes) -> bytes:
    # Without the time, so that equal bodies stay equal.
    return gzip.compress(body, compresslevel=5, mtime=0)


def _brotlied(body: bytes) -> bytes:
    # Beyond 4, time grows much faster than what is saved (R8 section 5).
    compressed: bytes = brotli.compress(body, quality=4)
    return compressed


# In our order of preference.
_COMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {"br": _brotlied, "gzip": _gzipped}


def codings_for(accept_encoding: str | None) -> tuple[str, ...]:
    """Return the content codings a client takes, the best first (RFC 9110 section 12.5.3).

    ``identity`` is always among them, last where the client excludes it: what must not be
    compressed is sent as it is, rather than refused with 406. Where nothing is said, nothing is
    compressed, although the client would have to take it. Malformed elements are skipped.
    """
    if not accept_encoding or len(accept_encoding) > _LONGEST_HEADER:
        return ("identity",)
    return _codings_for(accept_encoding)


def bears_secrets(headers: Mapping[str, str]) -> bool:
    """Tell whether an answer is marked as secret: by ``Cache-Control: no-store``, or a cookie."""
    return "no-store" in headers.get("Cache-Control", "").lower() or "Set-Cookie" in headers


def is_compressible(headers: Mapping[str, str], size: int) -> bool:
    """Tell whether compressing an answer without secrets may save anything."""
    return (
        size >= MIN_BYTES
        and "Content-Encoding" not in headers
        and _TEXTUAL.match(headers.get("Content-Type", "")) is not None
    )


def compressed(body: bytes, coding: str) -> bytes | None:
    """Return the body in a coding, or None where that saves nothing."""
    smaller = _COMPRESSORS[coding](body)
    return smaller if len(smaller) < len(body) else None


@lru_cache(maxsize=256)
def _codings_for(accept_encoding: str) -> tuple[str, ...]:
    said = _qualities(accept_encoding)
    others = said.get("*", 0.0)
    qualities = {coding: said.get(coding, others) for coding in _COMPRESSORS}
    taken = [coding for coding, quality in qualities.items() if quality > 0]
    # Not named, it is acceptable, but worth less than whatever is.
    qualities["identity"] = said.get("identity", others)
    return tuple(sorted([*taken, "identity"], key=lambda coding: -qualities[coding]))


def _qualities(accept_encoding: str) -> dict[str, float]:
    qualities: dict[str, float] = {}
    for element in accept_encoding.split(","):
        if read := _ELEMENT.fullmatch(element):
            coding = read[1].lower().removeprefix("x-")
            qualities[coding] = float(read[2] or 1)
    return qualities
