"""Clients and checks of the API's tests, which run on the sample URL map."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.apps.api import sample
from tests.apps.api.sample import Problem


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test here see the sample views, unless it names a URL map."""
    for item in items:
        if "tests/apps/api/" in item.nodeid and item.get_closest_marker("urls") is None:
            item.add_marker(pytest.mark.urls("tests.apps.api.sample"))


@pytest.fixture
def client() -> APIClient:
    """A stranger's client, who gets the response whatever fails."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def signed_in(client: APIClient, owner: User) -> APIClient:
    """The owner's client."""
    client.force_authenticate(owner)
    return client


@pytest.fixture
def failing(client: APIClient) -> Callable[..., HttpResponse]:
    """Return what the API answers where a view raises the exception."""

    def answer(exception: BaseException, path: str = "/api/v1/sample/failing/") -> Any:
        sample.failures.append(exception)
        return client.get(path)

    return answer


@pytest.fixture
def problem() -> Problem:
    """Return the document of a response after making sure that it is a whole problem."""

    def read(response: Any, *, status: int, code: str) -> dict[str, Any]:
        assert (response.status_code, response["Content-Type"]) == (
            status,
            "application/problem+json",
        )
        document: dict[str, Any] = response.json()
        assert set(document) == {
            "type", "title", "status", "detail", "instance", "code", "request_id", "errors",
        }  # fmt: skip
        assert (document["status"], document["code"]) == (status, code)
        assert document["title"]
        assert document["detail"]
        return document

    return read
