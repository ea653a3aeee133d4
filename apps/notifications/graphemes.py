"""Cutting texts between what a reader takes for characters (UAX #29)."""

from itertools import islice

from wcwidth import iter_graphemes

from apps.notifications.bidi import closed

_MORE = "…"


def length_of(text: str) -> int:
    """Return how many characters a reader sees."""
    return sum(1 for _ in iter_graphemes(text))


def cut(text: str, count: int) -> str:
    """Return the first characters of the text, with a sign that there was more.

    The sign is not counted; of nothing, nothing remains.
    """
    kept = "".join(islice(iter_graphemes(text), count))
    if kept == text:
        return text
    return closed(kept.rstrip()) + _MORE if kept else ""


def cut_to_points(text: str, most: int) -> str:
    """Return the text within so many code points, cut between characters."""
    if len(text) <= most:
        return text
    kept = 0
    count = 0
    for grapheme in iter_graphemes(text):
        kept += len(grapheme)
        # Room for the sign and the end of an isolate.
        if kept > most - 2:
            break
        count += 1
    return cut(text, count)
