"""The base of all events, their envelope as read from the log, and the registry of types."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, dataclass_transform
from uuid import UUID

from typing_extensions import override

_types: dict[str, type["Event"]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class _FrozenByDeclaration:
    """Makes each subclass a frozen, keyword-only dataclass, without repeating the decorator."""

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)


class Event(_FrozenByDeclaration):
    """Something that happened. Subclass it in the announcing app's ``events`` module.

    Class keywords: ``topic`` (``<app>.<noun>.<past tense>``), ``version`` (raised when a payload
    changes incompatibly), ``personal`` (payload field → the field that holds its subject's id),
    so that an erasure reaches the log too, ``ordering`` (the payload field ``<kind>_id`` of what
    must be heard of in order, where that is not the first scope of the audience). The fields a
    subclass adds are its payload: ids and what a subscriber may see, not whole rows.
    """

    topic: ClassVar[str] = ""
    version: ClassVar[int] = 1
    personal: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[str] = ""

    # Scopes "<kind>:<public id>" that may hear it; who stands behind a kind is asked of the app
    # that plugged it in (`ports.Audience`), at the moment of delivery.
    audience: tuple[str, ...] = ()

    @override
    def __init_subclass__(
        cls,
        *,
        topic: str = "",
        version: int = 1,
        personal: Mapping[str, str] | None = None,
        ordering: str = "",
    ) -> None:
        super().__init_subclass__()
        cls.topic, cls.version, cls.personal = topic, version, dict(personal or {})
        cls.ordering = ordering
        if topic:
            _register(cls)

    def payload(self) -> dict[str, Any]:
        """The event's own fields, as written to the log and sent to subscribers."""
        return {name: getattr(self, name) for name in payload_fields(type(self))}


def _register(event_type: type[Event]) -> None:
    known = _types.setdefault(event_type.topic, event_type)
    if known.__qualname__ != event_type.__qualname__:
        raise ValueError(f"The topic {event_type.topic!r} is already taken by {known.__name__}.")
    unknown = set(event_type.personal) - set(payload_fields(event_type))
    if unknown:
        raise ValueError(f"{event_type.__name__} declares unknown personal fields {unknown}.")
    if event_type.ordering and event_type.ordering not in payload_fields(event_type):
        raise ValueError(f"{event_type.__name__} has no field {event_type.ordering!r} to order by.")


def payload_fields(event_type: type[Event]) -> tuple[str, ...]:
    """Names of the payload's fields, in order of declaration."""
    return tuple(f.name for f in dataclasses.fields(event_type) if f.name != "audience")


def event_types() -> list[type[Event]]:
    """Every declared event type, sorted by topic."""
    return [_types[topic] for topic in sorted(_types)]


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the log: the writing transaction first, then the position within it.

    Not the position alone: a transaction that commits late would be skipped (decision 0002).
    """

    xid: int = 0
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class LoggedEvent:
    """One event as read back from the log."""

    position: int
    xid: int
    event_id: UUID
    topic: str
    version: int
    recorded_at: datetime
    actor: str
    correlation_id: str
    traceparent: str
    audience: tuple[str, ...]
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cursor(self) -> Cursor:
        """Where a consumer stands after this event."""
        return Cursor(self.xid, self.position)

    @property
    def ordering_key(self) -> str:
        """What the event is about, as ``<kind>:<id>``: events of one key are heard in order.

        "" for an event whose type names no field and that no scope may hear.
        """
        event_type = _types.get(self.topic)
        field_name = event_type.ordering if event_type else ""
        if field_name:
            return f"{field_name.removesuffix('_id')}:{self.payload.get(field_name)}"
        return self.audience[0] if self.audience else ""


@dataclass(frozen=True, kw_only=True)
class ConsumerLag:
    """How far one consumer is behind the log."""

    name: str
    state: str
    events: int
    seconds: float
    error: str


@dataclass(frozen=True, kw_only=True)
class DescribedPayload:
    """What events of a type say happened, and the JSON Schema (2020-12) of what they hold."""

    description: str
    schema: Mapping[str, Any]
