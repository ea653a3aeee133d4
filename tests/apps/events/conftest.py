"""A consumer that remembers what it heard, and an event to announce."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.db import transaction

from apps.events import services
from apps.events.models import ConsumerCursor, LogEntry
from apps.events.types import Event, LoggedEvent


class BellRang(Event, topic="tests.bell.rang"):
    """A bell rang; known to the tests only."""

    number: int
    tower: str = "north"


@dataclass
class Listener:
    """Hears the bells; what it is told to do on hearing comes first."""

    name: str
    topics: tuple[str, ...] = ("tests.*",)
    on_hearing: Callable[[LoggedEvent], None] = lambda event: None
    heard: list[LoggedEvent] = field(default_factory=list)
    hints: int = 0

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        for event in batch:
            self.on_hearing(event)
        transaction.on_commit(lambda: self.heard.extend(batch))

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        self.hints += 1

    @property
    def numbers(self) -> list[int]:
        return [event.payload["number"] for event in self.heard]


@pytest.fixture
def listener(transactional_db: None) -> Listener:
    """A consumer that begins at the present end of the log."""
    listener = Listener(name=f"listener-{uuid4().hex[:12]}")
    last = LogEntry.objects.order_by("-xid", "-position").first()
    ConsumerCursor.objects.create(
        name=listener.name, xid=last.xid if last else 0, position=last.position if last else 0
    )
    return listener


@pytest.fixture
def ring() -> Callable[..., None]:
    """Ring bells in one transaction."""

    def ring_bells(*numbers: int) -> None:
        with transaction.atomic():
            for number in numbers:
                services.announce(BellRang(number=number))

    return ring_bells
