"""Enumerations are named after the classes they come from."""

from typing import Any

import pytest

from apps.api.schema import document


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"]
    return found


def test_an_enumeration_has_the_name_of_its_app_and_class(schemas: dict[str, Any]) -> None:
    assert schemas["BuildingsRole"]["enum"] == ["owner", "manager", "resident"]


def test_an_enumeration_of_python_alone_has_one_as_well(schemas: dict[str, Any]) -> None:
    assert schemas["FilesDisposition"]["enum"] == ["inline", "attachment"]


def test_fields_of_one_name_have_enumerations_of_their_own(schemas: dict[str, Any]) -> None:
    assert (
        schemas["DeliveryOut"]["properties"]["state"]
        != schemas["EndpointOut"]["properties"]["state"]
    )


def test_none_is_named_after_a_field(schemas: dict[str, Any]) -> None:
    assert not [name for name in schemas if name.endswith("Enum") and name != "BlankEnum"]
