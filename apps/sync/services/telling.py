"""Telling devices to pull, on the channels of the scopes that changed."""

from collections.abc import Mapping

from django.db import transaction

from apps.realtime.ports import rooms
from apps.realtime.services import publish_message
from apps.realtime.types import ROOM, USER
from apps.sync.metrics import HINTS

CHANGED = "sync.changed"


@transaction.atomic
def tell_changed(changed: Mapping[str, str]) -> None:
    """Tell the devices that hear these scopes to pull; scopes that no channel carries tell nobody.

    By scope the tag of the device whose push it was (`hinting.device_tag`), which has no need to;
    "" for everybody. Announces what `publish_message` does; a hint that is lost is missed by
    nobody who pulls now and then.
    """
    for scope, tag in changed.items():
        if channel := channel_of(scope):
            payload = {"scope": scope, "device": tag}
            publish_message(channels=[channel], data={"event": CHANGED, "payload": payload})
            HINTS.inc()


def channel_of(scope: str) -> str:
    """Return the channel that carries a scope's events; "" if none does."""
    kind = scope.partition(":")[0]
    if kind == USER:
        return scope
    return f"{ROOM}:{scope}" if kind in rooms else ""
