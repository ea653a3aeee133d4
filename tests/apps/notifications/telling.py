"""What the log says of people's devices and inboxes."""

from typing import Any

from apps.events.selectors import latest_events


def told(topic: str) -> list[dict[str, Any]]:
    """Return the payloads of the events of a topic, oldest first."""
    events = latest_events(limit=200, topic_prefix=f"notifications.{topic}")
    return [dict(event.payload) for event in events]
