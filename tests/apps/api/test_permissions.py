"""Who may enter at all."""

from rest_framework.test import APIClient

from tests.apps.api.sample import Problem


def test_a_view_that_names_no_permission_is_closed(signed_in: APIClient, problem: Problem) -> None:
    problem(signed_in.get("/api/v1/sample/unnamed/"), status=403, code="kernel.forbidden")


def test_a_stranger_is_asked_to_sign_in(client: APIClient, problem: Problem) -> None:
    response = client.get("/api/v1/sample/people/")

    problem(response, status=401, code="api.unauthenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_who_is_signed_in_may_enter(signed_in: APIClient) -> None:
    assert signed_in.get("/api/v1/sample/people/").status_code == 200


def test_an_open_view_admits_everybody(client: APIClient) -> None:
    assert client.get("/api/v1/sample/echo/").status_code == 200
