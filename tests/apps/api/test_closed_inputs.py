"""What a body may not hold, the OpenAPI document does not allow either."""

from typing import Any

import pytest

from apps.api.closed_inputs import close_inputs
from apps.api.schema import document


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"]
    return found


def test_what_is_sent_in_is_closed(schemas: dict[str, Any]) -> None:
    assert schemas["BuildingIn"]["additionalProperties"] is False


def test_what_comes_back_stays_open_for_fields_to_come(schemas: dict[str, Any]) -> None:
    assert "additionalProperties" not in schemas["BuildingOut"]


def test_objects_within_a_body_are_closed_and_free_ones_stay_free() -> None:
    inner: dict[str, Any] = {"type": "object", "properties": {"label": {"type": "string"}}}
    outer: dict[str, Any] = {
        "properties": {
            "units": {"type": "array", "items": {"$ref": "#/components/schemas/Unit"}},
            "anything": {"type": "object", "additionalProperties": {}},
        },
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/House"}}}}
    paths = {"/houses/": {"post": {"requestBody": body}}}

    close_inputs({"paths": paths, "components": {"schemas": {"House": outer, "Unit": inner}}})

    assert outer["additionalProperties"] is False
    assert inner["additionalProperties"] is False
    assert outer["properties"]["anything"] == {"type": "object", "additionalProperties": {}}
