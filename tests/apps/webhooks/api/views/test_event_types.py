"""The catalogue of event types, which everybody may read."""

from jsonschema import Draft202012Validator

from tests.people import client_of

EVENT_TYPES = "/api/v1/webhooks/event-types/"


def test_catalogue_tells_what_can_be_subscribed_to() -> None:
    items = client_of(None).get(EVENT_TYPES).json()["items"]

    entry = next(item for item in items if item["event_type"] == "webhooks.delivery.exhausted")
    assert (
        entry["description"] == "An event could not be delivered to an endpoint and was given up."
    )
    assert entry["version"] == 1
    assert entry["data_fields"] == ["endpoint_id", "delivery_id", "event_type"]
    assert [item["event_type"] for item in items] == sorted(item["event_type"] for item in items)


def test_every_example_is_as_its_schema_says() -> None:
    for item in client_of(None).get(EVENT_TYPES).json()["items"]:
        Draft202012Validator.check_schema(item["schema"])
        Draft202012Validator(item["schema"]).validate(item["example"])


def test_one_type_is_shown_by_its_name() -> None:
    shown = client_of(None).get(f"{EVENT_TYPES}buildings.unit.added/")

    assert shown.status_code == 200
    assert shown.json()["schema"]["title"] == "buildings.unit.added"
    assert client_of(None).get(f"{EVENT_TYPES}no.such.type/").status_code == 404
