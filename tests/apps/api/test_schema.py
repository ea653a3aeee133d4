"""The OpenAPI document says what the API does."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.api.schema import document, rendered
from apps.api.throttles import rate_of
from apps.api.versions import VERSIONS
from apps.buildings.errors import AlreadyInvited

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
COMMITTED = {"v1": REFERENCE / "openapi.yaml", "v2": REFERENCE / "openapi-v2.yaml"}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

pytestmark = pytest.mark.urls("config.urls")


every_version = pytest.mark.parametrize("version", ["v1", "v2"])


@cache
def present(version: str) -> dict[str, Any]:
    """A document of the real URL map, made once for all tests of this file."""
    return document(version)


def operations(version: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in present(version)["paths"].items()
        for method, operation in methods.items()
    ]


def test_there_is_a_document_for_every_version() -> None:
    assert list(COMMITTED) == [version.name for version in VERSIONS]


@every_version
def test_the_committed_document_is_the_present_one(version: str) -> None:
    committed = COMMITTED[version].read_text()

    assert committed == rendered(version), "Run manage.py docs and commit what it changed."


@every_version
def test_it_is_made_without_a_warning(version: str) -> None:
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--api-version", version, stdout=StringIO()
    )


@every_version
def test_it_is_valid_openapi_3_1(version: str) -> None:
    OpenAPIV31SpecValidator(present(version)).validate()


@every_version
def test_it_describes_its_own_version_and_leads_to_the_others(version: str) -> None:
    (other,) = set(COMMITTED) - {version}

    paths = [path for path in present(version)["paths"] if path.startswith("/api/")]
    assert all(path.startswith(f"/api/{version}/") for path in paths)
    assert present(version)["info"]["version"] == version
    assert f"[{other}](/api/{other}/docs/)" in present(version)["info"]["description"]


def test_versions_name_an_operation_alike() -> None:
    names = [[operation["operationId"] for _, _, operation in operations(v)] for v in COMMITTED]

    assert names[0] == names[1]


def test_what_is_deprecated_says_so_and_documents_its_headers() -> None:
    path = "/api/{}/buildings/"
    old, new = (present(v)["paths"][path.format(v)] for v in COMMITTED)

    assert old["get"]["deprecated"] is True
    assert set(old["get"]["responses"]["200"]["headers"]) >= {"Deprecation", "Sunset", "Link"}
    for operation in (old["post"], new["get"]):
        assert "deprecated" not in operation
        assert "Deprecation" not in str(operation)


@every_version
def test_every_operation_has_a_summary_a_name_and_the_tag_of_its_app(version: str) -> None:
    names = [operation["operationId"] for _, _, operation in operations(version)]

    assert len(set(names)) == len(names)
    labels = {config.label for config in apps.get_app_configs()}
    for path, _, operation in operations(version):
        assert operation["summary"]
        (tag,) = operation["tags"]
        assert tag in labels
        assert not path.startswith("/api/") or path.split("/")[3] in mounts(tag)


def mounts(label: str) -> set[str]:
    """Return the first words of an app's paths: its own, and those of what lies beside."""
    if label == "api":
        return {"errors"}
    return {label, *getattr(import_module(f"apps.{label}.api.urls"), "beside", {})}


@every_version
def test_every_operation_documents_its_problems(version: str) -> None:
    for path, _, operation in operations(version):
        expected = {"400", "429", "default"}
        if {} not in operation.get("security", [{}]):
            expected |= {"401", "403"}
        if "{" in path:
            expected.add("404")
        if "requestBody" in operation:
            expected |= {"413", "415"}
        assert expected <= set(operation["responses"])


@every_version
def test_every_operation_says_who_may_ask_and_how_often(version: str) -> None:
    for path, method, operation in operations(version):
        assert operation["security"], (method, path)
        limits = operation["x-ratelimit"]
        assert limits, (method, path)
        for limit in limits:
            assert rate_of(limit["scope"]), (method, path)
            assert limit["rate"].partition("/")[0].isdigit()


@every_version
def test_every_operation_shows_an_example_of_what_goes_in_and_comes_out(version: str) -> None:
    lacking = [
        (method, path, status)
        for path, method, operation in operations(version)
        for status, message in messages(operation)
        if not any(content.get("examples") for content in message["content"].values())
    ]

    assert not lacking


def messages(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the body that goes in and those that come out where all is well."""
    if "requestBody" in operation:
        yield "in", operation["requestBody"]
    for status, response in operation["responses"].items():
        if status.startswith("2") and response.get("content"):
            yield status, response


@every_version
def test_who_is_limited_is_told_when_to_go_on(version: str) -> None:
    assert "Retry-After" in present(version)["components"]["responses"]["Problem429"]["headers"]


@every_version
def test_every_problem_is_a_problem_document(version: str) -> None:
    shared = present(version)["components"]["responses"]
    for _, _, operation in operations(version):
        for status, response in operation["responses"].items():
            if not status.startswith(("2", "3")):
                name = response.get("$ref", "").rpartition("/")[2]
                assert (shared[name] if name else response)["content"] == PROBLEM


@every_version
def test_every_redirect_documents_where_it_leads(version: str) -> None:
    for path, method, operation in operations(version):
        for status, response in operation["responses"].items():
            if status.startswith("3"):
                assert "Location" in response["headers"], (method, path)


def test_an_operation_documents_the_headers_of_its_own_errors() -> None:
    upload = present("v1")["paths"]["/api/v1/uploads/{id}/"]["patch"]

    assert "Retry-After" in upload["responses"]["423"]["headers"]
    assert "headers" not in upload["responses"]["409"]
    assert "x-problem-headers" not in upload


def test_an_operation_names_its_own_errors() -> None:
    invite = present("v1")["paths"]["/api/v1/buildings/{building_id}/invitations/"]["post"]

    assert AlreadyInvited.code in invite["responses"][str(AlreadyInvited.status)]["description"]
    assert "x-raises" not in invite


def test_who_signs_in_does_so_by_a_bearer_token() -> None:
    schemes = present("v1")["components"]["securitySchemes"]

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

    assert paths["/api/v1/errors/"]["get"]["security"] == [{}]
    assert {} in paths["/api/v1/sample/echo/"]["get"]["security"]
    assert "403" not in paths["/api/v1/sample/echo/"]["get"]["responses"]
