"""Versions are chosen by path, and a deprecated one says so in every answer."""

from datetime import date
from typing import Any

import pytest
import structlog
from django.urls import resolve
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api import versions
from apps.api.deprecation import Deprecation
from apps.api.versions import Version, deprecation_at, version_in
from tests.apps.api.sample import Problem

ENDS = Deprecation(since=date(2026, 11, 1), sunset=date(2027, 11, 1), link="/api/v2/docs/")


@pytest.fixture
def old_v1(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first version is deprecated as a whole."""
    known = (Version(name="v1", deprecation=ENDS), Version(name="v2"))
    monkeypatch.setattr(versions, "VERSIONS", known)


@pytest.mark.parametrize("path", ["/api/v3/", "/api/v3", "/api/v0/buildings/", "/api/v999999999/x"])
def test_an_unknown_version_is_a_problem_that_names_the_known_ones(
    client: APIClient, problem: Problem, path: str
) -> None:
    document = problem(client.get(path), status=404, code="api.unknown_version")

    assert document["detail"].endswith("there are v1, v2.")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/buildings/", "/api/v/x/", "/api/version1/", "/api/v1.1/", "/api/V1/"]
)
def test_a_path_without_a_version_is_only_not_found(
    client: APIClient, problem: Problem, path: str
) -> None:
    problem(client.get(path), status=404, code="kernel.not_found")


def test_a_version_is_read_from_paths_and_routes() -> None:
    assert version_in("/api/v1/buildings/") == version_in("api/v1/<uuid:id>/") == "v1"
    assert version_in("/api/v12") == "v12"
    assert version_in("/health/live") is None
    assert version_in("/other/api/v1/") is None


@pytest.mark.usefixtures("old_v1")
def test_every_answer_of_a_deprecated_version_warns(signed_in: APIClient, owner: User) -> None:
    row = f"/api/v1/sample/people/{owner.public_id}/"
    first = signed_in.get(row)
    answers = [
        first,
        signed_in.get(row, headers={"If-None-Match": first["ETag"]}),
        signed_in.head(row),
        signed_in.put(row, {}),
        signed_in.get(f"{row}?nonsense=1"),
        signed_in.get(row, headers={"Accept": "text/html"}),
        APIClient().get(row),
        signed_in.get("/api/v1/sample/plain/"),
    ]

    assert [answer.status_code for answer in answers[:-1]] == [200, 304, 200, 405, 400, 406, 401]
    for answer in answers:
        # 2026-11-01T00:00:00Z
        assert answer["Deprecation"] == "@1793491200"
        assert answer["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"
        assert answer["Link"] == (
            '<http://testserver/api/v2/docs/>; rel="deprecation"; type="text/html"'
        )


@pytest.mark.usefixtures("old_v1")
def test_the_next_version_does_not_warn(client: APIClient) -> None:
    answer = client.get("/api/v2/errors/")

    assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


@pytest.mark.usefixtures("old_v1")
def test_use_of_what_is_deprecated_is_logged(client: APIClient) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/api/v1/errors/")
        client.get("/api/v2/errors/")

    [line] = [line for line in lines if line["event"] == "route.deprecated_use"]
    assert (line["method"], line["route"]) == ("GET", "api/v1/errors/")


def test_a_head_is_deprecated_as_its_get_is() -> None:
    match: Any = resolve("/api/v1/sample/people/")

    assert deprecation_at(match, "HEAD") == deprecation_at(match, "GET")
