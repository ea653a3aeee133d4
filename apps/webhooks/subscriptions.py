"""What an endpoint subscribes to: topics, their beginnings as ``buildings.*``, or ``*`` for all."""

from collections.abc import Iterable, Sequence

EVERYTHING = "*"


def patterns_hearing(topic: str) -> tuple[str, ...]:
    """Return every pattern that a subscriber to this topic may have written.

    ``buildings.unit.added`` is heard by itself, ``buildings.unit.*``, ``buildings.*`` and ``*``.
    """
    words = topic.split(".")
    prefixes = (".".join(words[:length]) + ".*" for length in range(len(words) - 1, 0, -1))
    return (topic, *prefixes, EVERYTHING)


def normalised(event_types: Sequence[str]) -> list[str]:
    """Return a subscription without repetitions; an empty one is one to everything."""
    if not event_types or EVERYTHING in event_types:
        return [EVERYTHING]
    return sorted(set(event_types))


def unknown_in(event_types: Sequence[str], *, known_topics: Iterable[str]) -> list[str]:
    """Return what no known topic is heard by: misspelt topics, and beginnings of none.

    A beginning is made of whole words: ``buildings.un*`` is none.
    """
    heard = {pattern for topic in known_topics for pattern in patterns_hearing(topic)}
    return sorted(set(event_types) - heard - {EVERYTHING})
