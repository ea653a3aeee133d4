"""What other apps plug into the spine: consumers of the log, and who stands behind a scope."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol
from uuid import UUID

from apps.events.types import LoggedEvent
from apps.kernel.registry import Registry


class Consumer(Protocol):
    """A reader of the log with a cursor of its own."""

    @property
    def name(self) -> str:
        """The name its cursor is kept under; never change it."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics it hears: exact, a prefix ending in ``.*``, or ``*``."""

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Take in a batch, in order, inside the transaction that moves the cursor.

        What it writes to the database happens exactly once; anything else at least once. An
        exception rolls the batch back; a batch of one that keeps failing stops the consumer.
        """

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Give hints (wake a worker) once the batch is committed; losing them must not matter."""


class Audience(Protocol):
    """Who may hear events of scopes of one kind, such as ``building:<id>``."""

    @property
    def name(self) -> str:
        """The kind: what stands before the colon."""

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return which of the given users (internal ids) may hear this scope now."""


consumers: Registry[Consumer] = Registry("consumer")
audiences: Registry[Audience] = Registry("audience")


def is_heard(topic: str, patterns: Iterable[str]) -> bool:
    """Tell whether a topic is among those that a consumer's ``topics`` name."""
    return any(
        pattern in {"*", topic} or (pattern.endswith(".*") and topic.startswith(pattern[:-1]))
        for pattern in patterns
    )
