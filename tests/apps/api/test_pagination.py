"""Lists come in pages by key."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.apps.api.sample import Problem
from tests.factories.accounts import UserFactory

PEOPLE = "/api/v1/sample/people/"
BY_NAME = "/api/v1/sample/by-name/"


@pytest.fixture
def people(owner: User) -> list[User]:
    """Twenty-five people; every name is shared by five."""
    return [owner, *(UserFactory.create(name=f"Name {number % 5}") for number in range(24))]


def pages(client: APIClient, url: str | None) -> Iterator[list[dict[str, Any]]]:
    while url:
        page = client.get(url).json()
        assert set(page) == {"items", "next"}
        yield page["items"]
        url = page["next"]


def test_a_page_has_twenty_rows_newest_first(signed_in: APIClient, people: list[User]) -> None:
    first, second = pages(signed_in, PEOPLE)

    newest_first = [str(person.public_id) for person in reversed(people)]
    assert [row["id"] for row in first] == newest_first[:20]
    assert [row["id"] for row in second] == newest_first[20:]


def test_a_last_page_that_is_full_has_no_next(signed_in: APIClient, people: list[User]) -> None:
    assert [len(page) for page in pages(signed_in, f"{PEOPLE}?limit=5")] == [5, 5, 5, 5, 5]


def test_no_rows_are_an_empty_page(signed_in: APIClient) -> None:
    assert signed_in.get(f"{PEOPLE}?name=nobody").json() == {"items": [], "next": None}


def test_an_ordering_of_several_columns_walks_through_ties(
    signed_in: APIClient, people: list[User]
) -> None:
    rows = [row for page in pages(signed_in, f"{BY_NAME}?limit=3") for row in page]

    ordered = sorted(people, key=lambda person: person.public_id, reverse=True)
    ordered.sort(key=lambda person: person.name)
    assert [row["id"] for row in rows] == [str(person.public_id) for person in ordered]


@pytest.mark.parametrize(("limit", "size"), [("1", 1), ("007", 7), ("25", 25), ("100", 25)])
def test_the_size_of_a_page_can_be_asked_for(
    signed_in: APIClient, people: list[User], limit: str, size: int
) -> None:
    assert len(signed_in.get(f"{PEOPLE}?limit={limit}").json()["items"]) == size


@pytest.mark.parametrize("limit", ["101", "1000000000", "9" * 10_000])
def test_a_larger_page_is_capped(signed_in: APIClient, limit: str) -> None:
    UserFactory.create_batch(105)

    assert len(signed_in.get(f"{PEOPLE}?limit={limit}").json()["items"]) == 100


@pytest.mark.parametrize("limit", ["0", "00", "-1", "1.5", "abc", "", "+1", "1e3", "%D9%A3", "%00"])
def test_a_size_that_is_none_is_refused(signed_in: APIClient, problem: Problem, limit: str) -> None:
    response = signed_in.get(f"{PEOPLE}?limit={limit}")

    document = problem(response, status=400, code="api.invalid_parameter")
    assert [error["field"] for error in document["errors"]] == ["limit"]


def test_one_page_is_one_query(
    signed_in: APIClient, people: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    following = signed_in.get(f"{PEOPLE}?limit=7").json()["next"]

    with django_assert_num_queries(1):
        signed_in.get(following)


def test_the_next_page_keeps_the_filters(signed_in: APIClient, people: list[User]) -> None:
    rows = [row for page in pages(signed_in, f"{PEOPLE}?limit=2&name=Name 3") for row in page]

    assert [row["name"] for row in rows] == ["Name 3"] * 5


def cursor_of(client: APIClient, url: str) -> str:
    query = str(urlsplit(client.get(url).json()["next"]).query)
    return parse_qs(query)["cursor"][0]


@pytest.mark.parametrize(
    "elsewhere",
    [
        f"{BY_NAME}?limit=5",
        f"{PEOPLE}?name=Name 1",
        f"{PEOPLE}?tier=free",
        f"{PEOPLE}?tier=free&tier=api",
    ],
)
def test_a_cursor_cannot_move_to_another_list(
    signed_in: APIClient, people: list[User], problem: Problem, elsewhere: str
) -> None:
    cursor = cursor_of(signed_in, f"{PEOPLE}?limit=5")

    response = signed_in.get(f"{elsewhere}&cursor={cursor}")

    problem(response, status=400, code="api.tampered_cursor")


def test_the_size_may_change_on_the_way(signed_in: APIClient, people: list[User]) -> None:
    cursor = cursor_of(signed_in, f"{PEOPLE}?limit=5")

    assert len(signed_in.get(f"{PEOPLE}?limit=7&cursor={cursor}").json()["items"]) == 7


@pytest.mark.parametrize("cursor", ["", "abc", "WyIxIl0.abc", "%00", "..", "%F0%9F%90%99"])
def test_a_cursor_made_by_hand_is_refused(
    signed_in: APIClient, problem: Problem, cursor: str
) -> None:
    response = signed_in.get(f"{PEOPLE}?cursor={cursor}")

    assert response.status_code == 400
    assert response.json()["code"] in {"api.tampered_cursor", "api.invalid_parameter"}


def test_a_cursor_shows_no_internal_id(signed_in: APIClient, people: list[User]) -> None:
    cursor = cursor_of(signed_in, f"{PEOPLE}?limit=5")

    assert str(people[-5].public_id) in _readable(cursor)
    assert f'"{people[-5].pk}"' not in _readable(cursor)


def _readable(cursor: str) -> str:
    payload, _, _ = cursor.partition(".")
    return urlsafe_b64decode(payload + "==").decode()
