"""The keys as the operator's start page shows them: how old the one in use is, per purpose."""

from apps.console.types import Figure, Reading, Tone, Window
from apps.kernel.clock import now
from apps.keyring.selectors import keys
from apps.keyring.types import KeySummary, Purpose, State

# A year after NIST SP 800-57 part 1 section 5.3.6: one to two for a key that signs or encrypts.
_OLD_DAYS = 365


def ages_reading(_: Window) -> Reading:
    """Read the age of every key in use."""
    known = keys()
    if not known:
        return Reading(missing="No key was made yet; the first use of a purpose makes one.")
    active = [key for key in known if key.state is State.ACTIVE]
    return Reading(figures=[_figure(key, known) for key in active])


def _figure(key: KeySummary, known: list[KeySummary]) -> Figure:
    days = (now() - key.since).days
    retiring = sum(
        1 for each in known if each.purpose == key.purpose and each.state is State.RETIRING
    )
    return Figure(
        label=Purpose(key.purpose).label,
        text="today" if days == 0 else f"{days:,} d",
        tone=Tone.WARN if days > _OLD_DAYS else Tone.GOOD,
        note=f"Key {key.kid}, {key.algorithm}; {retiring} retiring.",
    )
