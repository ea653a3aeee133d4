"""Samples can be made of every event type, and look like it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import orjson
import pytest
from jsonschema import Draft202012Validator

from apps.events.selectors import described_payload
from apps.events.types import Event, event_types, payload_fields
from apps.webhooks.samples import sample_payload
from apps.webhooks.types import DeliveryState


@pytest.mark.parametrize("event_type", event_types(), ids=lambda each: each.topic)
def test_every_type_has_a_sample_with_its_fields(event_type: type[Event]) -> None:
    sample = sample_payload(event_type)

    assert tuple(sample) == payload_fields(event_type)
    schema = described_payload(event_type).schema
    Draft202012Validator(schema).validate(orjson.loads(orjson.dumps(sample)))


def test_values_are_of_the_kinds_that_the_fields_are() -> None:
    class EverythingHappened(Event, topic="tests.everything.happened"):
        """One field of each kind."""

        thing_id: UUID
        name: str
        other_id: UUID | None
        number: int
        moment: datetime
        names: tuple[str, ...]
        state: DeliveryState
        role: Literal["owner", "guest"]

    sample = sample_payload(EverythingHappened)

    assert isinstance(sample["thing_id"], UUID)
    assert isinstance(sample["other_id"], UUID)
    assert (sample["name"], sample["number"], sample["names"]) == ("sample", 1, ["sample"])
    assert isinstance(sample["moment"], datetime)
    assert (sample["state"], sample["role"]) == ("pending", "owner")
