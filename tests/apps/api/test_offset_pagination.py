"""Lists come by page number where a client asks for an offset."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api import offset_pagination
from apps.buildings.services import create_building, open_request
from tests.apps.api.sample import Problem
from tests.factories.accounts import UserFactory
from tests.people import client_of

PEOPLE = "/api/v1/sample/people/"


@pytest.fixture
def people(owner: User) -> list[str]:
    """The ids of seven people, newest first."""
    everybody = [owner, *UserFactory.create_batch(6)]
    return [str(person.public_id) for person in reversed(everybody)]


@pytest.fixture
def requests(owner: User) -> str:
    """A list that PostgreSQL builds, of seven rows."""
    building = create_building(owner_id=owner.pk, name="Harbour House")
    for number in range(7):
        open_request(building_id=building, author_id=owner.pk, title=f"tap {number}")
    return f"/api/v1/buildings/{building}/requests/"


def test_page_by_offset_tells_the_count_of_all(signed_in: APIClient, people: list[str]) -> None:
    page = signed_in.get(f"{PEOPLE}?offset=2&limit=3").json()

    assert [row["id"] for row in page["items"]] == people[2:5]
    assert page["count"] == 7
    assert parse_qs(urlsplit(page["next"]).query) == {"offset": ["5"], "limit": ["3"]}


def test_pages_by_offset_meet_every_row(signed_in: APIClient, people: list[str]) -> None:
    met, url = [], f"{PEOPLE}?offset=0&limit=3"
    while url:
        page = signed_in.get(url).json()
        met += [row["id"] for row in page["items"]]
        url = page["next"]

    assert met == people


@pytest.mark.parametrize("offset", ["7", "8", "10000", "0010", "0" * 5000 + "7"])
def test_offset_behind_the_last_row_is_an_empty_page(
    signed_in: APIClient, people: list[str], offset: str
) -> None:
    page = signed_in.get(f"{PEOPLE}?offset={offset}").json()

    assert page == {"items": [], "next": None, "count": 7}


def test_count_is_of_the_filtered_rows(signed_in: APIClient, owner: User) -> None:
    UserFactory.create_batch(2, name="Ada")

    page = signed_in.get(f"{PEOPLE}?offset=0&limit=1&name=Ada").json()

    assert page["count"] == 2


def test_page_by_key_tells_no_count(signed_in: APIClient, people: list[str]) -> None:
    assert set(signed_in.get(PEOPLE).json()) == {"items", "next"}


@pytest.mark.parametrize("offset", ["-1", "1.5", "abc", "", "+1", "1e3", "%D9%A3", "%00", "null"])
def test_offset_that_is_none_is_refused(
    signed_in: APIClient, problem: Problem, offset: str
) -> None:
    document = problem(
        signed_in.get(f"{PEOPLE}?offset={offset}"), status=400, code="api.invalid_parameter"
    )
    assert [error["field"] for error in document["errors"]] == ["offset"]


@pytest.mark.parametrize("offset", ["10001", "1000000000", "9" * 5000, str(10**30)])
def test_offset_too_far_is_sent_to_the_cursor(
    signed_in: APIClient, problem: Problem, offset: str
) -> None:
    answer = signed_in.get(f"{PEOPLE}?offset={offset}")

    assert "cursor" in problem(answer, status=400, code="api.invalid_parameter")["detail"]


def test_cursor_and_offset_are_not_given_together(
    signed_in: APIClient, people: list[str], problem: Problem
) -> None:
    following = signed_in.get(f"{PEOPLE}?limit=2").json()["next"]

    problem(signed_in.get(f"{following}&offset=0"), status=400, code="api.invalid_parameter")


@pytest.mark.parametrize("kind", ["serializer", "postgresql"])
def test_walk_goes_on_by_key_where_offsets_end(
    owner: User, people: list[str], requests: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(offset_pagination, "MAX_OFFSET", 3)
    client, met = client_of(owner), []
    url: str | None = f"{requests if kind == 'postgresql' else PEOPLE}?offset=0&limit=2&fields=id"

    while url:
        page = client.get(url).json()
        met += [UUID(row["id"]) for row in page["items"]]
        url = page["next"]

    assert len(met) == 7
    assert met == sorted(met, reverse=True)


def test_list_built_by_postgresql_comes_by_offset_too(owner: User, requests: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = client_of(owner).get(f"{requests}?offset=5&limit=5").json()

    assert [row["title"] for row in page["items"]] == ["tap 1", "tap 0"]
    assert (page["count"], page["next"]) == (7, None)
    [counting] = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert "json_build_object" not in counting
