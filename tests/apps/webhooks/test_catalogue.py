"""The catalogue says what is sent, and what was published stays true for its version."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from apps.events.compatibility import breaking_changes
from apps.events.types import Event, event_types
from apps.webhooks.catalogue import entries, entry_of, snapshot_name
from apps.webhooks.payloads import body_of
from config.env import SOURCE_TREE
from tests.factories.webhooks import logged

OWN = [each for each in event_types() if each.__module__.startswith("apps.")]


def _published(event_type: type[Event]) -> dict[str, Any]:
    snapshot = SOURCE_TREE / snapshot_name(event_type)
    assert snapshot.exists(), f"{event_type.topic} has no published schema; run `make docs`."
    published: dict[str, Any] = json.loads(snapshot.read_text())
    return published


@pytest.mark.parametrize("event_type", OWN, ids=lambda event_type: event_type.topic)
def test_payload_changes_incompatibly_only_under_a_new_version(event_type: type[Event]) -> None:
    assert breaking_changes(_published(event_type), entry_of(event_type).schema) == []


def test_planted_breaking_payload_is_found() -> None:
    class RequestOpened(Event, topic="buildings.request.opened_planted"):
        """Somebody reported that something is broken, but the title is a number now."""

        title: int

    published = next(each for each in OWN if each.topic == "buildings.request.opened")

    complaints = breaking_changes(_published(published), entry_of(RequestOpened).schema)

    assert any("data.title can hold other values" in each for each in complaints)
    assert any("data.request_id is gone" in each for each in complaints)


def test_schema_is_of_the_body_as_it_is_sent() -> None:
    event_type = next(each for each in OWN if each.topic == "buildings.unit.added")
    entry = entry_of(event_type)
    body = json.loads(body_of(logged(event_type.topic, **entry.example["data"])))

    Draft202012Validator(entry.schema).validate(body)
    with pytest.raises(Exception, match="was expected"):
        Draft202012Validator(entry.schema).validate({**body, "type": "other"})


def test_every_type_has_an_entry() -> None:
    assert {entry.event_type for entry in entries()} == {each.topic for each in event_types()}
    assert all(entry.description for entry in entries())
