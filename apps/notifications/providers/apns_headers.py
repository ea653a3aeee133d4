"""Headers of requests as HTTP/2 wants them (HPACK, RFC 7541), each written out as it is.

Without a table both sides would have to keep: finding what repeats takes longer than sending it.
"""

from collections.abc import Iterable
from functools import lru_cache

Header = tuple[str, str]

# Different in each request; and a device's token may not be kept by anybody on the way.
_OWN = frozenset({":path", "apns-id", "apns-collapse-id", "apns-expiration"})
_LITERAL, _NEVER_INDEXED = b"\x00", b"\x10"


def encoded(headers: Iterable[Header]) -> bytes:
    """Return a block of headers, which must be in lower case, those with a colon first."""
    return b"".join(
        [
            _written(name, value) if name in _OWN else _remembered(name, value)
            for name, value in headers
        ]
    )


def _written(name: str, value: str) -> bytes:
    kind = _NEVER_INDEXED if name == ":path" else _LITERAL
    return kind + _text(name) + _text(value)


_remembered = lru_cache(maxsize=256)(_written)


def _text(text: str) -> bytes:
    plain = text.encode()
    return _length(len(plain)) + plain


def _length(number: int) -> bytes:
    """Return a number as an integer with a prefix of seven bits (RFC 7541 section 5.1)."""
    if number < 127:
        return bytes((number,))
    number -= 127
    rest = bytearray((127,))
    while number >= 128:
        rest.append(number % 128 + 128)
        number //= 128
    rest.append(number)
    return bytes(rest)
