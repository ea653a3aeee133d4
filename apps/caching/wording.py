"""How long entries live, in words."""

from datetime import timedelta

from apps.caching.ports import Namespace

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def lives_of(namespace: Namespace) -> str:
    """Return how long an entry is fresh, and how long it is served as stale from then on."""
    words = [f"Fresh for {in_words(namespace.ttl)}"]
    if namespace.stale_while_revalidate:
        words.append(f"stale for {in_words(namespace.stale_while_revalidate)}")
    if namespace.stale_if_error:
        words.append(f"{in_words(namespace.stale_if_error)} where it cannot be made anew")
    return ", ".join(words)


def in_words(length: timedelta) -> str:
    """Return a length by its two largest units: "14 days", "1 hour 30 minutes"."""
    words: list[str] = []
    for unit, size in _UNITS:
        count, length = divmod(length, size)
        if count:
            words.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(words[:2]) or "no time"
