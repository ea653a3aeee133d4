"""A payload's schema says what its dataclass holds."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import pytest

from apps.events.schemas import description_of, payload_schema
from apps.events.types import Event


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class PaintDried(Event):
    """Paint has dried.

    It took its time.
    """

    wall_id: UUID
    painter_id: UUID
    name: str
    colour: Colour
    finish: Literal["matt", "gloss"]
    hours: int
    litres: float
    is_even: bool
    dried_at: datetime
    day: date
    helper: UUID | None
    rooms: tuple[str, ...]
    prices: Mapping[str, int]
    rest: Any


PaintDried.personal = {"name": "painter_id"}


def test_every_field_is_described_and_required() -> None:
    schema = payload_schema(PaintDried)

    assert schema["properties"] == {
        "wall_id": {"type": "string", "format": "uuid"},
        "painter_id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "x-personal-data-of": "painter_id"},
        "colour": {"enum": ["red", "blue"]},
        "finish": {"enum": ["matt", "gloss"]},
        "hours": {"type": "integer"},
        "litres": {"type": "number"},
        "is_even": {"type": "boolean"},
        "dried_at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "helper": {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
        "rooms": {"type": "array", "items": {"type": "string"}},
        "prices": {"type": "object", "additionalProperties": {"type": "integer"}},
        "rest": {},
    }
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is True
    assert description_of(PaintDried) == "Paint has dried.\n\nIt took its time."


def test_what_json_cannot_hold_is_refused() -> None:
    class Odd(Event):
        """Odd."""

        number: complex

    with pytest.raises(TypeError, match="cannot hold"):
        payload_schema(Odd)
