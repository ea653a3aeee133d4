"""The OpenAPI document says what the API does."""

from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.api.schema import document, rendered
from apps.buildings.errors import AlreadyInvited

COMMITTED = Path(__file__).parents[3] / "docs" / "reference" / "openapi.yaml"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

pytestmark = pytest.mark.urls("config.urls")


@cache
def present() -> dict[str, Any]:
    """The document of the real URL map, made once for all tests of this file."""
    return document()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in present()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_the_present_one() -> None:
    assert COMMITTED.read_text() == rendered(), "Run manage.py docs and commit what it changed."


def test_it_is_made_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_it_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(present()).validate()


def test_every_operation_has_a_summary_a_name_and_the_tag_of_its_app() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]

    assert len(set(names)) == len(names)
    labels = {config.label for config in apps.get_app_configs()}
    for path, _, operation in operations():
        assert operation["summary"]
        (tag,) = operation["tags"]
        assert tag in labels
        assert not path.startswith("/api/v1/") or path.split("/")[3] in {tag, "errors"}


def test_every_operation_documents_its_problems() -> None:
    for path, _, operation in operations():
        expected = {"400", "429", "default"}
        if {} not in operation.get("security", [{}]):
            expected |= {"401", "403"}
        if "{" in path:
            expected.add("404")
        if "requestBody" in operation:
            expected |= {"413", "415"}
        assert expected <= set(operation["responses"])


def test_every_problem_is_a_problem_document() -> None:
    shared = present()["components"]["responses"]
    for _, _, operation in operations():
        for status, response in operation["responses"].items():
            if not status.startswith("2"):
                name = response.get("$ref", "").rpartition("/")[2]
                assert (shared[name] if name else response)["content"] == PROBLEM


def test_an_operation_names_its_own_errors() -> None:
    invite = present()["paths"]["/api/v1/buildings/{building_id}/invitations/"]["post"]

    assert AlreadyInvited.code in invite["responses"][str(AlreadyInvited.status)]["description"]
    assert "x-raises" not in invite


def test_who_signs_in_does_so_by_a_bearer_token() -> None:
    schemes = present()["components"]["securitySchemes"]

    assert schemes == {"accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


@pytest.mark.urls("tests.apps.api.sample")
def test_a_list_documents_its_page_and_its_filters() -> None:
    schema = document()
    people = schema["paths"]["/api/v1/sample/people/"]["get"]

    assert {parameter["name"] for parameter in people["parameters"]} == {
        "cursor", "fields", "limit", "name", "number", "offset", "tier",
    }  # fmt: skip
    page = schema["components"]["schemas"]["PersonOutPage"]
    assert page["properties"]["items"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/PersonOut"},
    }


@pytest.mark.urls("tests.apps.api.sample")
def test_an_action_documents_its_own_input() -> None:
    rename = document()["paths"]["/api/v1/sample/people/{id}/rename/"]["post"]

    body = rename["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/NameIn"}


@pytest.mark.urls("tests.apps.api.sample")
def test_an_open_operation_needs_no_token() -> None:
    paths = document()["paths"]

    assert "security" not in paths["/api/v1/errors/"]["get"]
    assert {} in paths["/api/v1/sample/echo/"]["get"]["security"]
    assert "403" not in paths["/api/v1/sample/echo/"]["get"]["responses"]
