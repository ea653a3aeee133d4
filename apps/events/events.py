"""What the log says about itself: consumers that stop, resume, are replayed or skip."""

from apps.events.types import Event


class ConsumerStopped(Event, topic="events.consumer.stopped"):
    """A consumer stopped at an event it cannot take in; the others go on."""

    consumer: str
    position: int


class ConsumerResumed(Event, topic="events.consumer.resumed"):
    """An operator let a stopped consumer try again."""

    consumer: str


class ConsumerReplayed(Event, topic="events.consumer.replayed"):
    """An operator moved a consumer's cursor, so that it reads a part of the log again."""

    consumer: str
    position: int


class EventSkipped(Event, topic="events.event.skipped"):
    """An operator told a stopped consumer to pass over one event."""

    consumer: str
    position: int
    reason: str
