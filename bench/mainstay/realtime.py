"""Messages to a room: committed one by one, at a steady rate or all at once."""

import time
from typing import Any

from apps.events.ports import consumers
from apps.events.services import advance, maintain_partitions
from apps.realtime import services
from apps.realtime.selectors import positions

TEXT = "x" * 120


def catch_up() -> dict[str, Any]:
    """Read what the other parts of a run have left in the log."""
    read = 0
    for consumer in consumers:
        while step := advance(consumer).read:
            read += step
    return {"read": read}


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
