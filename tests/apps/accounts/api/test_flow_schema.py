"""The document of the flows tells every route, and none that is not there."""

from typing import Any

from django.test import Client
from openapi_spec_validator import validate

from tests.apps.accounts.api.test_flow_urls import routes


def document() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/_allauth/openapi.json").json()
    return found


def test_it_is_a_valid_document() -> None:
    validate(document())


def test_it_tells_every_route_and_no_other() -> None:
    assert set(document()["paths"]) == set(routes())


def test_it_tells_what_is_ours() -> None:
    told = document()

    schemas = told["components"]["schemas"]
    assert "device_token" in schemas["BaseAuthenticationMeta"]["properties"]
    assert "nonce" in schemas["ProviderToken"]["properties"]["token"]["properties"]
    assert schemas["User"]["properties"]["id"]["format"] == "uuid"
    assert all(
        "default" in operation["responses"]
        for item in told["paths"].values()
        for operation in item.values()
    )


def test_the_docs_page_leads_to_it() -> None:
    assert Client().get("/api/v1/schema/").json()["externalDocs"]["url"] == "/_allauth/openapi.json"
