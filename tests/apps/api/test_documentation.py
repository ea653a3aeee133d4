"""The API's account of itself."""

import re

import pytest
from django.contrib.staticfiles import finders
from rest_framework.test import APIClient

from apps.kernel.errors import catalogue
from tests.apps.api.sample import Problem

V1 = "/api/v1"


def test_the_catalogue_lists_every_error(client: APIClient) -> None:
    items = client.get(f"{V1}/errors/").json()["items"]

    assert [item["code"] for item in items] == [error.code for error in catalogue()]
    assert all(item["title"] and item["meaning"] for item in items)


def test_the_type_of_a_problem_leads_to_its_explanation(client: APIClient) -> None:
    problem_type = client.get(f"{V1}/nothing/").json()["type"]

    entry = client.get(problem_type).json()

    assert entry == {
        "type": "http://testserver/api/v1/errors/kernel.not_found/",
        "code": "kernel.not_found",
        "title": "Not found",
        "status": 404,
        "meaning": "What was asked for does not exist, or is not for the one who asks.",
    }


def test_an_unknown_error_is_not_found(client: APIClient, problem: Problem) -> None:
    problem(client.get(f"{V1}/errors/no.such/"), status=404, code="kernel.not_found")


def test_a_guess_at_the_next_token_does_not_lock_anybody_out_of_the_catalogue(
    client: APIClient,
) -> None:
    client.credentials(HTTP_AUTHORIZATION="Bearer expired")

    assert client.get(f"{V1}/errors/").status_code == 200


@pytest.mark.urls("config.urls")  # it is kept for the life of the process
def test_the_schema_is_open_to_everybody(client: APIClient) -> None:
    document = client.get(f"{V1}/schema/").json()

    assert document["openapi"] == "3.1.0"
    assert f"{V1}/errors/" in document["paths"]


def test_the_docs_page_needs_no_other_server(client: APIClient) -> None:
    page = client.get(f"{V1}/docs/", HTTP_ACCEPT="text/html").content.decode()

    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 4
    for source in sources:
        assert source.startswith(("/static/", "/api/v1/docs/?script"))
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/"))


def test_the_docs_page_has_no_script_of_its_own(client: APIClient) -> None:
    page = client.get(f"{V1}/docs/", HTTP_ACCEPT="text/html").content.decode()
    script = client.get(f"{V1}/docs/?script=", HTTP_ACCEPT="*/*")

    assert not re.search(r"<script>", page)
    assert script["Content-Type"] == "application/javascript"
    assert "/api/v1/schema/" in script.content.decode()


@pytest.mark.parametrize("path", ["schema", "docs", "errors"])
def test_the_documentation_takes_no_other_parameter(
    client: APIClient, problem: Problem, path: str
) -> None:
    response = client.get(f"{V1}/{path}/?urls=x", HTTP_ACCEPT="*/*")

    problem(response, status=400, code="api.unknown_parameter")
