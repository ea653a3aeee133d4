"""Messages to a room: committed one by one, at a steady rate or all at once."""

import time
from typing import Any

from apps.events.models import ConsumerCursor, LogEntry
from apps.events.ports import consumers
from apps.events.services import maintain_partitions
from apps.realtime import services
from apps.realtime.selectors import positions

TEXT = "x" * 120


def skip_the_rest() -> dict[str, Any]:
    """Let every consumer go on behind what the other parts of a run have left in the log."""
    last = LogEntry.objects.order_by("-xid", "-position").first()
    if last is not None:
        stand = {"xid": last.xid, "position": last.position, "read_until": last.recorded_at}
        for consumer in consumers:
            ConsumerCursor.objects.update_or_create(name=consumer.name, defaults=stand)
    return {}


def publish(*, room: str, rate: int, amount: int) -> dict[str, Any]:
    """Publish so many a second for so many seconds, or ``amount`` at once where the rate is 0.

    Each message says when its transaction began.
    """
    maintain_partitions()
    count = rate * amount if rate else amount
    began = time.monotonic()
    for number in range(count):
        if rate:
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
        services.publish_message(
            channels=[room], data={"sent": time.time() * 1000, "text": TEXT}, publisher_id=None
        )
    return {"published": count, "top": positions([room])[room].offset}
