"""When devices are told to pull: at once, and at most once a second for each scope."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.events.types import LoggedEvent
from apps.sync.events import ChangesPushed

HINT_EVERY_SECONDS = 1.0
# Scopes that were told of lately; forgetting one costs a hint too many.
_MOST_REMEMBERED = 10_000


def device_tag(installation_id: str) -> str:
    """Return what devices know themselves by in hints, and nobody else: 16 hex digits of SHA-256.

    "" for none. The id itself is not for everybody in a room.
    """
    return hashlib.sha256(installation_id.encode()).hexdigest()[:16] if installation_id else ""


def changed_scopes(batch: Sequence[LoggedEvent]) -> dict[str, str]:
    """Return the scopes that events were announced for, each with the tag of who changed it.

    The tag is of the device whose push it was; "" where it was more than one, or none.
    """
    pushed = {
        event.xid: device_tag(event.payload["installation_id"])
        for event in batch
        if event.topic == ChangesPushed.topic
    }
    changed: dict[str, str] = {}
    for event in batch:
        tag = pushed.get(event.xid, "")
        for scope in event.audience:
            changed[scope] = tag if changed.get(scope, tag) == tag else ""
    return changed


@dataclass
class Pace:
    """What was told lately: the next moment at which each scope may be told of again."""

    _next: dict[str, float] = field(default_factory=dict)

    def delay(self, scope: str, moment: float) -> float | None:
        """Return after how many seconds to tell of a scope that changed at a moment (in seconds).

        None where a hint is on its way already that comes after the change.
        """
        earliest = self._next.get(scope, moment)
        if earliest - moment > HINT_EVERY_SECONDS:
            return None
        self._forget_some(moment)
        self._next[scope] = max(earliest, moment) + HINT_EVERY_SECONDS
        return max(0.0, earliest - moment)

    def _forget_some(self, moment: float) -> None:
        if len(self._next) >= _MOST_REMEMBERED:
            self._next = {scope: at for scope, at in self._next.items() if at > moment}
