"""Directions of writing: a text keeps its order whatever stands in it (UAX #9, RFC 5646)."""

import re
import unicodedata

_ISOLATE = "\u2068"  # FSI: what follows has the direction of its own first letter
_END = "\u2069"  # PDI
_MARKS = {True: "\u200f", False: "\u200e"}  # RLM, LRM
_RTL = frozenset({"R", "AL"})

# Languages written from right to left, and scripts that a tag may name instead.
_RTL_LANGUAGE = re.compile(
    "ar|arc|azb|bqi|ckb|dv|fa|glk|he|khw|ks|lrc|mzn|nqo|pnb|prs|ps|rhg|sd|sdh|syr|ug|ur|yi"
)
_RTL_SCRIPT = re.compile("adlm|arab|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa|yezi")
_SCRIPT = re.compile("[a-z]{4}")
# Embeddings, overrides and isolates, by which a value could turn round what follows it; control
# characters and lone surrogates, which neither JSON columns nor UTF-8 can hold.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_rtl(language: str) -> bool:
    """Say whether a BCP-47 tag is of a language that is written from right to left."""
    first, *rest = language.lower().split("-")
    script = next(filter(_SCRIPT.fullmatch, rest), "")
    return bool(_RTL_SCRIPT.fullmatch(script) if script else _RTL_LANGUAGE.fullmatch(first))


def without_controls(value: str) -> str:
    """Return a value without characters that no text needs and that could turn others round."""
    return _CONTROLS.sub("", value)


def isolated(value: str, *, is_rtl: bool) -> str:
    """Return a value in isolation where it stands in, or is of, the other direction.

    In right-to-left texts every value is isolated, as MessageFormat 2 does: digits and signs in
    it would move otherwise. Each line by itself, for an isolate ends with its line.
    """
    value = without_controls(value)
    if not is_rtl and not _has_rtl(value):
        return value
    lines = value.split("\n")
    return "\n".join(f"{_ISOLATE}{line}{_END}" if line else line for line in lines)


def led(text: str, *, is_rtl: bool) -> str:
    """Return a text whose first letter shows its direction, by a mark where it would not.

    Phones take the direction from the first letter outside of isolates (UAX #9 P2), and a push
    to them has no other way to say it.
    """
    first = first_is_rtl(text)
    if first is None or first == is_rtl:
        return text
    return _MARKS[is_rtl] + text


def closed(text: str) -> str:
    """Return a text that was cut, with the isolates ended that lost their end."""
    return text + _END * max(0, text.count(_ISOLATE) - text.count(_END))


def is_sound(text: str) -> bool:
    """Say whether a text neither overrides directions nor leaves an isolate open."""
    if re.search("[\u202a-\u202e]", text):
        return False
    starts = len(re.findall("[\u2066-\u2068]", text))
    return starts == text.count(_END)


def first_is_rtl(text: str) -> bool | None:
    """Return whether the first letter outside of isolates is a right-to-left one; None for none."""
    depth = 0
    for character in text:
        if character == _ISOLATE:
            depth += 1
        elif character == _END:
            depth = max(0, depth - 1)
        elif not depth:
            direction = unicodedata.bidirectional(character)
            if direction == "L" or direction in _RTL:
                return direction != "L"
    return None


def _has_rtl(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(one) in _RTL for one in text)
