"""Whatever goes wrong under /api/ is a problem document, and elsewhere it is Django's page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import exceptions as django
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, UnreadablePostError
from django.test import Client
from django.utils.datastructures import MultiValueDictKeyError
from pytest_django import Settings
from rest_framework import exceptions as rest
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from apps.api.errors import BodyTooLarge
from apps.kernel.errors import Conflict
from tests.apps.api.sample import Problem

Failing = Callable[..., HttpResponse]

EXCEPTIONS = [
    (Conflict("Taken."), 409, "kernel.conflict"),
    (BodyTooLarge(), 413, "api.body_too_large"),
    (Http404("No Building matches the given query."), 404, "kernel.not_found"),
    (rest.NotFound(), 404, "kernel.not_found"),
    (rest.ValidationError({"name": ["Bad."]}), 400, "kernel.invalid"),
    (django.ValidationError("Bad."), 400, "kernel.invalid"),
    (rest.ParseError(), 400, "api.malformed_body"),
    (rest.NotAuthenticated(), 401, "api.unauthenticated"),
    (rest.AuthenticationFailed(), 401, "api.unauthenticated"),
    (rest.PermissionDenied(), 403, "kernel.forbidden"),
    (django.PermissionDenied(), 403, "kernel.forbidden"),
    (rest.MethodNotAllowed("GET"), 405, "api.method_not_allowed"),
    (rest.NotAcceptable(), 406, "api.not_acceptable"),
    (rest.UnsupportedMediaType("text/csv"), 415, "api.unsupported_media_type"),
    (rest.Throttled(wait=3.2), 429, "api.throttled"),
    (rest.APIException(), 500, "api.server_error"),
    (django.BadRequest("secret"), 400, "api.bad_request"),
    (django.SuspiciousOperation("secret"), 400, "api.bad_request"),
    (django.DisallowedHost("secret"), 400, "api.untrusted_host"),
    (django.RequestDataTooBig("secret"), 413, "api.body_too_large"),
    (django.TooManyFieldsSent("secret"), 400, "api.too_many_parameters"),
    (django.TooManyFilesSent("secret"), 400, "api.too_many_parameters"),
    (UnreadablePostError("secret"), 400, "api.malformed_body"),
    (RecursionError("secret"), 400, "api.too_deeply_nested"),
    (DataError("secret"), 400, "api.out_of_range"),
    (OperationalError("secret"), 503, "api.database_unavailable"),
    (InterfaceError("secret"), 503, "api.database_unavailable"),
    (MultiValueDictKeyError("secret"), 500, "api.server_error"),
    (RuntimeError("secret"), 500, "api.server_error"),
]
NAMES = [
    type(exception).__module__ + "." + type(exception).__name__ for exception, *_ in EXCEPTIONS
]


@pytest.mark.parametrize(("exception", "status", "code"), EXCEPTIONS, ids=NAMES)
def test_what_a_view_raises_becomes_a_problem(
    failing: Failing, problem: Problem, exception: Exception, status: int, code: str
) -> None:
    document = problem(failing(exception), status=status, code=code)

    assert document["type"] == f"http://testserver/api/v1/errors/{code}/"
    assert document["instance"] == "/api/v1/sample/failing/"
    assert "secret" not in str(document)


@pytest.mark.parametrize(("exception", "status", "code"), EXCEPTIONS, ids=NAMES)
def test_what_fails_outside_of_drf_becomes_a_problem(
    failing: Failing, problem: Problem, exception: Exception, status: int, code: str
) -> None:
    document = problem(failing(exception, "/api/v1/sample/plain/"), status=status, code=code)

    assert "secret" not in str(document)


def test_elsewhere_django_answers_with_its_own_page(failing: Failing) -> None:
    for exception, status in [
        (django.SuspiciousOperation(), 400),
        (django.PermissionDenied(), 403),
        (Http404(), 404),
        (RuntimeError(), 500),
    ]:
        response = failing(exception, "/elsewhere/plain/")

        assert (response.status_code, response["Content-Type"]) == (
            status,
            "text/html; charset=utf-8",
        )


@pytest.mark.parametrize("path", ["/api/v1/sample/failing/", "/api/v1/sample/plain/"])
@pytest.mark.parametrize("exception", [RuntimeError("secret"), OperationalError("secret")])
def test_a_failure_of_ours_is_logged_once_and_whole(
    failing: Failing, path: str, exception: Exception
) -> None:
    with capture_logs() as events:
        failing(exception, path)

    assert [event["exc_info"] for event in events if "exc_info" in event] == [exception]


def test_a_refusal_that_came_late_is_logged_as_a_warning(failing: Failing) -> None:
    exception = DataError("value too long")

    with capture_logs() as events:
        failing(exception)

    assert {
        "event": "request.refused_late",
        "log_level": "warning",
        "code": "api.out_of_range",
        "exc_info": exception,
    } in events


def test_a_refusal_is_no_error_of_ours(failing: Failing) -> None:
    with capture_logs() as events:
        failing(Conflict("Taken."))

    assert not [event for event in events if "exc_info" in event]


@pytest.mark.parametrize(
    ("exception", "header", "value"),
    [
        (rest.NotAuthenticated(), "WWW-Authenticate", "Bearer"),
        (rest.Throttled(wait=3.2), "Retry-After", "4"),
        (rest.Throttled(), "Retry-After", "1"),
        (OperationalError(), "Retry-After", "2"),
        (Conflict(headers={"X-Seen": "yes"}), "X-Seen", "yes"),
        (Conflict(), "Cache-Control", "no-store"),
    ],
)
def test_a_problem_carries_the_headers_of_its_status(
    failing: Failing, exception: Exception, header: str, value: str
) -> None:
    assert failing(exception)[header] == value


def test_a_wrong_method_is_told_the_right_ones(client: APIClient, problem: Problem) -> None:
    response = client.delete("/api/v1/sample/echo/")

    problem(response, status=405, code="api.method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD"


def test_nested_complaints_name_the_path_to_the_field(failing: Failing) -> None:
    response: Any = failing(
        rest.ValidationError(
            {
                "units": [{}, {"floor": [rest.ErrorDetail("Too high.", code="max_value")]}],
                "non_field_errors": ["Not together."],
            }
        )
    )

    assert response.json()["errors"] == [
        {"field": "units.1.floor", "detail": "Too high.", "code": "max_value"},
        {"field": "", "detail": "Not together.", "code": "invalid"},
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api//",
        "/api/v2/",
        "/api/v1/nothing/",
        "/api/v1/sample/people/abc/",
        "/api/v1/%00/",
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_an_unknown_address_is_a_problem_whatever_the_method(
    problem: Problem, settings: Settings, path: str, *, debug: bool
) -> None:
    settings.DEBUG = debug
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        problem(client.generic(method, path), status=404, code="kernel.not_found")


def test_the_prefix_alone_is_a_problem(client: APIClient, problem: Problem) -> None:
    problem(client.get("/api"), status=404, code="kernel.not_found")


def test_a_missing_slash_is_pointed_out(client: APIClient, problem: Problem) -> None:
    document = problem(client.get("/api/v1/errors"), status=404, code="kernel.not_found")

    assert "/api/v1/errors/" in document["detail"]


def test_nothing_is_pointed_out_where_nothing_is(client: APIClient, problem: Problem) -> None:
    document = problem(client.get("/api/v1/nothing"), status=404, code="kernel.not_found")

    assert document["detail"] == "There is nothing at this address."


def test_a_false_host_is_a_problem(client: APIClient, problem: Problem) -> None:
    problem(
        client.get("/api/v1/errors/", HTTP_HOST="evil.example"),
        status=400,
        code="api.untrusted_host",
    )


def test_a_strange_path_is_escaped(client: APIClient, problem: Problem) -> None:
    document = problem(
        client.get("/api/%22%3Cscript%3E%0d%0a"), status=404, code="kernel.not_found"
    )

    assert document["instance"] == "/api/%22%3Cscript%3E%0D%0A"


def test_a_failed_csrf_check_is_a_problem(problem: Problem) -> None:
    client = Client(enforce_csrf_checks=True)

    problem(client.post("/api/v1/sample/plain/"), status=403, code="api.csrf_failed")


def test_the_problem_names_the_request(client: APIClient, problem: Problem) -> None:
    response = client.get("/api/v1/nothing/", HTTP_X_REQUEST_ID="abc-123")

    document = problem(response, status=404, code="kernel.not_found")
    assert document["request_id"] == response["X-Request-ID"] == "abc-123"
