"""Samples of events: what a payload of a type looks like, made up from its fields."""

import types
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from apps.events.types import Event, payload_fields

_VALUES: dict[Any, Any] = {
    UUID: UUID("00000000-0000-7000-8000-000000000000"),
    str: "sample",
    int: 1,
    float: 1.5,
    bool: True,
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
    date: date(2026, 1, 1),
}


def sample_payload(event_type: type[Event]) -> dict[str, Any]:
    """Return a payload of the type that tells of nothing that happened."""
    hints = get_type_hints(event_type)
    return {name: _sample(hints[name]) for name in payload_fields(event_type)}


def _sample(hint: Any) -> Any:
    if hint in _VALUES:
        return _VALUES[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return arguments[0]
    if origin in {Union, types.UnionType}:
        return _sample(arguments[0])
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return [_sample(arguments[0])]
    return {} if origin is not None else None
