"""Which language a person is spoken to in: RFC 4647 lookup over their chain of languages."""

import re
from collections.abc import Collection, Iterator, Sequence

from django.conf import settings

# BCP 47 in its outline (RFC 5646 section 2.1): subtags of up to 8 letters and digits.
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")

# Older systems, Android's Java among them, still name these by their former codes.
_FORMER = {"iw": "he", "in": "id", "ji": "yi"}


def chain_of(*tags: str) -> tuple[str, ...]:
    """Return what a person reads, the best first, and the language of the installation last.

    Called with what the device says, then the account; those that say nothing are left out.
    """
    return tuple(dict.fromkeys([*filter(None, map(normal, tags)), settings.LANGUAGE_CODE]))


def normal(tag: str) -> str:
    """Return a tag as it is written here: hyphens, and today's code of its language."""
    language, *rest = tag.strip().replace("_", "-").split("-")
    return "-".join([_FORMER.get(language.lower(), language), *rest])


def found_in(available: Collection[str], chain: Sequence[str]) -> str | None:
    """Return the first available language of the chain (RFC 4647 section 3.4), or None.

    Each tag of the chain is shortened from its end until one is available before the next is
    looked at; letter case makes no difference.
    """
    known = {normal(tag).lower(): tag for tag in sorted(available, reverse=True)}
    for tag in chain:
        for range_ in _ranges(normal(tag).lower()):
            if range_ in known:
                return known[range_]
    return None


def _ranges(tag: str) -> Iterator[str]:
    """Yield the tag and its shorter forms; a single letter never stands last (RFC 4647)."""
    subtags = tag.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()
