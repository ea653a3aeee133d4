"""Fingerprints: whether two requests to notify say the same."""

import hashlib
from typing import Any

import orjson


def fingerprint_of(**content: Any) -> bytes:
    """Return 32 bytes that two requests share if and only if all their content is equal.

    The order of names within an object makes no difference, that of items in a list does.
    """
    document = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).digest()
