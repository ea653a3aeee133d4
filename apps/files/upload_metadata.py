"""Upload-Metadata (tus 1.0.0, creation): pairs of a key and base64, of which none is believed."""

import base64
import binascii
from collections.abc import Mapping

from apps.files.file_names import refuse_hostile
from apps.files.types import Intent
from apps.kernel.errors import Invalid

LONGEST = 8192

# Clients do not agree on words: TUSKit and Uppy say filename, others name.
_NAMES = ("filename", "name")


def intent_in(header: str) -> Intent:
    """Return what an upload is to be; an empty header, which tuspy sends, says nothing.

    Raises Invalid.
    """
    if len(header) > LONGEST:
        raise _refused(f"At most {LONGEST} characters are taken.")
    pairs = _pairs(header)
    name = next((pairs[key] for key in _NAMES if pairs.get(key)), "").strip()
    refuse_hostile(name)
    return Intent(
        name=name,
        purpose=_word(pairs, "purpose", longest=40),
        scope=_word(pairs, "scope", longest=80),
        metadata=header.strip(),
    )


def _pairs(header: str) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, encoded = pair.strip(" ").partition(" ")
        if not key or not key.isascii() or not key.isprintable() or key in pairs:
            raise _refused("Keys are ASCII, not empty, and each there once.")
        pairs[key] = _decoded(encoded.strip(" "), key)
    return pairs


def _decoded(encoded: str, key: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        raise _refused(f"The value of {key:.40} is not UTF-8 in base64.") from None


def _word(pairs: Mapping[str, str], key: str, *, longest: int) -> str:
    word = pairs.get(key, "")
    if len(word) > longest or not word.isprintable():
        raise _refused(f"The value of {key} has at most {longest} printable characters.")
    return word


def _refused(detail: str) -> Invalid:
    return Invalid.naming(("Upload-Metadata", detail))
