"""Reads a JSON document from bytes that nobody vouches for."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from apps.api.errors import MalformedBody, TooDeeplyNested

MAX_DEPTH = 32

# A string, its end being optional: an open one must not be scanned again from each quote in it.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b"[]{}:")


def read_document(body: bytes) -> Any:
    """Return what the JSON document (RFC 8259) says.

    Raises TooDeeplyNested beyond MAX_DEPTH levels, and MalformedBody where it is no JSON in
    UTF-8, has an object with two equal keys, or has a NUL character, which PostgreSQL refuses.
    """
    structure = _STRING.sub(b"", body).translate(None, _NOT_STRUCTURE)
    if _depth_exceeds(MAX_DEPTH, structure):
        raise TooDeeplyNested(f"Objects and arrays may be nested {MAX_DEPTH} levels deep.")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON in UTF-8: {_reason(error)}.") from error
    _refuse_unstorable(document, pairs=structure.count(b":"))
    return document


def _reason(error: orjson.JSONDecodeError) -> str:
    return f"{error.msg} at line {error.lineno}, column {error.colno}"


def _depth_exceeds(limit: int, structure: bytes) -> bool:
    """Tell whether brackets are ever open deeper than the limit; most documents have fewer."""
    if structure.count(b"{") + structure.count(b"[") <= limit:
        return False
    depth = 0
    for bracket in structure:
        if bracket in b"{[":
            depth += 1
            if depth > limit:
                return True
        elif bracket in b"}]":
            depth -= 1
    return False


def _refuse_unstorable(document: Any, *, pairs: int) -> None:
    keys = 0
    for value in _walk(document):
        if isinstance(value, dict):
            keys += len(value)
            texts: Any = value
        else:
            texts = (value,)
        if any("\x00" in text for text in texts):
            raise MalformedBody("A text may not hold a NUL character.")
    if keys != pairs:
        raise MalformedBody("An object may not hold the same key twice.")


def _walk(document: Any) -> Iterator[str | dict[str, Any]]:
    """Walk all objects and texts, level by level: the depth is bounded already."""
    level = [document]
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                yield value
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below
