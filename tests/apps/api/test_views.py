"""The base classes of all views."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.apps.api.sample import Problem

PEOPLE = "/api/v1/sample/people/"


def test_what_was_created_is_shown_by_the_output_serializer(signed_in: APIClient) -> None:
    response = signed_in.post(PEOPLE, {"name": "Ada"})

    created = User.objects.get(name="Ada")
    assert response.status_code == 201
    assert response.json() == {"id": str(created.public_id), "name": "Ada"}


def test_an_update_has_its_own_input(signed_in: APIClient, owner: User) -> None:
    url = f"{PEOPLE}{owner.public_id}/"

    refused = signed_in.patch(url, {"name": "Ada", "size": 7})
    response = signed_in.patch(url, {"name": "Ada"})

    assert refused.status_code == 400
    assert response.json() == {"id": str(owner.public_id), "name": "Ada"}


def test_an_action_has_its_own_input(signed_in: APIClient, owner: User) -> None:
    response = signed_in.post(f"{PEOPLE}{owner.public_id}/rename/", {"name": "Ada"})

    assert response.status_code == 202
    assert response.json() == {"id": str(owner.public_id), "name": "Ada"}


def test_a_row_is_found_by_its_public_id(signed_in: APIClient, owner: User) -> None:
    response = signed_in.get(f"{PEOPLE}{owner.public_id}/")

    assert response.json() == {"id": str(owner.public_id), "name": owner.name}


@pytest.mark.parametrize("which", ["{pk}", "abc", "{public_id}x", "%00", "..", "9" * 5000, "-"])
def test_nothing_else_is_an_id(
    signed_in: APIClient, owner: User, problem: Problem, which: str
) -> None:
    row = which.format(pk=owner.pk, public_id=owner.public_id)

    problem(signed_in.get(f"{PEOPLE}{row}/"), status=404, code="kernel.not_found")


def test_an_id_of_nothing_is_not_found(signed_in: APIClient, problem: Problem) -> None:
    problem(signed_in.get(f"{PEOPLE}{uuid4()}/"), status=404, code="kernel.not_found")


@pytest.mark.parametrize("query", ["name=x", "limit=5", "cursor=x", "a=1&b=2", "="])
def test_a_row_takes_no_query_parameter(
    signed_in: APIClient, owner: User, problem: Problem, query: str
) -> None:
    response = signed_in.get(f"{PEOPLE}{owner.public_id}/?{query}")

    problem(response, status=400, code="api.unknown_parameter")


def test_an_action_declares_its_query_parameters(signed_in: APIClient, problem: Problem) -> None:
    url = f"{PEOPLE}changes/"

    assert signed_in.get(f"{url}?since=7").json() == {"since": "7"}
    problem(signed_in.get(f"{url}?name=7"), status=400, code="api.unknown_parameter")
    problem(signed_in.get(f"{url}?since=%00"), status=400, code="api.invalid_parameter")


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE", "CONNECT", "NONSENSE"])
def test_other_methods_are_not_allowed(signed_in: APIClient, problem: Problem, method: str) -> None:
    problem(signed_in.generic(method, PEOPLE), status=405, code="api.method_not_allowed")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "text/*"])
def test_an_answer_in_another_type_is_refused(
    signed_in: APIClient, problem: Problem, accept: str
) -> None:
    problem(signed_in.get(PEOPLE, HTTP_ACCEPT=accept), status=406, code="api.not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*", "text/html, */*"])
def test_an_answer_in_json_is_given(signed_in: APIClient, accept: str) -> None:
    response = signed_in.get(PEOPLE, HTTP_ACCEPT=accept)

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
