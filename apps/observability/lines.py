"""Log lines: any event becomes one bounded line of JSON, whatever its values hold.

Values are cleaned first (secrets hidden, odd types turned into text) and only then encoded, so
that nothing an application passes can break a line, hide another or bring down the caller.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from apps.observability.redaction import REDACTED, is_hidden, redacted

# Collectors cut longer lines, and then they are no JSON any more.
LONGEST_LINE = 16 * 1024

_LONGEST_TEXT = 8 * 1024
_LONGEST_READ = 64 * 1024
_LONGEST_KEY = 128
_DEEPEST = 6
_MOST_ITEMS = 100
_MOST_NODES = 1000
_BIGGEST_INTEGER = 2**63
_BITS_WORTH_PRINTING = 512
_CUT = "…"
_LINE_BREAKS = {0x85: "\\x85", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_LISTS = (list, tuple, set, frozenset, deque)


def cleaned(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event in plain JSON types, with secrets hidden and texts of bounded length."""
    return _Cleaner(_LONGEST_TEXT, _MOST_NODES).mapping(event, 0)


def encoded(event: Mapping[str, Any]) -> bytes:
    """Return a cleaned event as one line of JSON of at most LONGEST_LINE bytes."""
    line = orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
    for longest_text in (4096, 1024, 128, 16):
        if len(line) <= LONGEST_LINE:
            break
        # Long texts go first; a line that is still too long then has too many of them.
        shorter = _Cleaner(longest_text, longest_text).mapping(event, 0) | {"is_cut": True}
        line = orjson.dumps(shorter, option=orjson.OPT_APPEND_NEWLINE)
    return line


class _Cleaner:
    """Cleans one event; counts what it visits, so that no structure is walked for long."""

    __slots__ = ("_longest_text", "_nodes_left")

    def __init__(self, longest_text: int, most_nodes: int) -> None:
        self._longest_text = longest_text
        self._nodes_left = most_nodes

    def mapping(self, mapping: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        clean: dict[str, Any] = {}
        for key, value in self._first(mapping.items(), len(mapping)):
            name, is_secret = _named(self._key_text(key))
            if is_secret and value is not None:
                clean[name] = REDACTED
            else:
                clean[name] = self.value(value, depth + 1)
        if len(mapping) > _MOST_ITEMS:
            clean[_CUT] = len(mapping) - _MOST_ITEMS
        return clean

    def _key_text(self, key: Any) -> str:
        if type(key) is str and len(key) <= _LONGEST_KEY:
            return key
        return self._text_of(key)[:_LONGEST_KEY]

    def value(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            return self._text(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if -_BIGGEST_INTEGER <= value < _BIGGEST_INTEGER else _printed(value)
        if kind is float:
            # NaN and the infinities are no JSON.
            return value if value - value == 0 else str(value)
        return self._structure(value, depth)

    def _structure(self, value: Any, depth: int) -> Any:
        if self._nodes_left < 0 or depth > _DEEPEST:
            return _CUT
        try:
            return self._unpacked(value, depth)
        except Exception:  # noqa: BLE001  a value's own methods may raise anything
            return _unprintable(value)

    def _unpacked(self, value: Any, depth: int) -> Any:
        if isinstance(value, Enum):
            return self.value(value.value, depth)
        if isinstance(value, Mapping):
            return self.mapping(value, depth)
        if isinstance(value, _LISTS):
            return [self.value(item, depth + 1) for item in self._first(value, len(value))]
        if isinstance(value, date):
            return value.isoformat()
        return self._text_of(value)

    def _first(self, values: Iterable[Any], count: int) -> Iterator[Any]:
        self._nodes_left -= min(count, _MOST_ITEMS)
        return islice(values, _MOST_ITEMS)

    def _text_of(self, value: Any) -> str:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._text(bytes(value).decode("utf-8", "backslashreplace"))
        try:
            # Through the base type: a subclass may print itself as it likes, even as no string.
            text = str.__str__(value) if isinstance(value, str) else str(value)
        except Exception:  # noqa: BLE001  a value's own __str__ may raise anything
            text = _unprintable(value)
        return self._text(text)

    def _text(self, text: str) -> str:
        text = _encodable(text)
        if len(text) > _LONGEST_READ:
            # The last word goes too: half a secret would not be recognised as one.
            text = f"{text[:_LONGEST_READ].rsplit(None, 1)[0][:-1024]}{_CUT}"
        text = redacted(text)
        if len(text) <= self._longest_text:
            return text
        half = self._longest_text // 2
        return f"{text[:half]}{_CUT}{text[-half:]}"


@lru_cache(maxsize=4096)
def _named(key: str) -> tuple[str, bool]:
    """Return a key as it is logged, and whether what is kept under it must not be."""
    if key.isascii() and key.isidentifier():
        return key, is_hidden(key)
    return redacted(_encodable(key)), is_hidden(key)


def _encodable(text: str) -> str:
    """Return the text without lone surrogates, which are no characters and cannot be encoded.

    Unicode's own line breaks are written as escapes too: many readers of lines believe in them.
    """
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode().translate(_LINE_BREAKS)


def _printed(number: int) -> str:
    bits = number.bit_length()
    return str(number) if bits <= _BITS_WORTH_PRINTING else f"<integer of {bits} bits>"


def _unprintable(value: object) -> str:
    return f"<unprintable {_encodable(type(value).__name__)[:_LONGEST_KEY]}>"
