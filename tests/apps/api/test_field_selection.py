"""Clients choose the fields of an answer, and the query reads no others."""

import gc
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.api.errors import InvalidParameter
from apps.api.field_selection import DEEPEST, LONGEST, narrowed, read_selection, selected
from apps.buildings.models import Building, MaintenanceRequest
from tests.apps.api.sample import Problem
from tests.factories.buildings import BuildingFactory, RequestFactory
from tests.people import client_of

PEOPLE = "/api/v1/sample/people/"


class Street(serializers.Serializer[Any]):
    name = serializers.CharField()
    number = serializers.IntegerField()
    key = serializers.CharField(write_only=True)


class House(serializers.Serializer[Any]):
    name = serializers.CharField()
    street = Street()
    neighbours = Street(many=True)
    password = serializers.CharField(write_only=True)


ROAD = {"name": "Coast", "number": 1, "key": "k"}
HOUSE = {"name": "Lighthouse", "street": ROAD, "neighbours": [ROAD, ROAD], "password": "p"}


def shown(text: str) -> Any:
    return selected(House, read_selection(text))(HOUSE).data


def test_one_field_is_shown_alone() -> None:
    assert shown("name") == {"name": "Lighthouse"}


def test_object_is_shown_whole_by_its_name() -> None:
    assert shown("street") == {"street": {"name": "Coast", "number": 1}}


def test_part_of_an_object_is_shown_by_a_dot() -> None:
    assert shown("street.number,name") == {"name": "Lighthouse", "street": {"number": 1}}


def test_part_of_each_object_in_a_list_is_shown() -> None:
    assert shown("neighbours.name") == {"neighbours": [{"name": "Coast"}, {"name": "Coast"}]}


def test_order_of_the_names_makes_no_difference() -> None:
    assert selected(House, read_selection("name,street")) is selected(
        House, read_selection("street,name")
    )


@pytest.mark.parametrize(
    "text",
    ["password", "street.key", "neighbours.key", "key", "name.upper", "street.name.x", "get_fields",
     " name", "NAME", "*", "Meta", "source"],
)  # fmt: skip
def test_what_is_not_shown_cannot_be_asked_for(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        shown(text)

    [complaint] = refused.value.errors
    assert (complaint["field"], complaint["code"]) == ("fields", "unknown")
    assert "password" not in complaint["detail"].partition("Known here")[2]


def test_refusal_names_the_unknown_and_the_known() -> None:
    with pytest.raises(InvalidParameter, match=r"Unknown: street\.town\. Known here: street\.name"):
        shown("street.town")


@pytest.mark.parametrize("text", ["", ",", "name,", ",name", "street.", ".", "street..name"])
def test_empty_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="empty"):
        read_selection(text)


@pytest.mark.parametrize("text", ["a,a", "a,a.b", "a.b,a", "a.b,a.b", "a.b.c,a.b", "a,b,a.b.c"])
def test_name_given_twice_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="named twice"):
        read_selection(text)


def test_longest_and_deepest_selections_are_taken_and_no_more() -> None:
    deep = ".".join("abcdefgh"[:DEEPEST])

    assert read_selection(deep)
    with pytest.raises(InvalidParameter, match="levels"):
        read_selection(f"{deep}.x")
    with pytest.raises(InvalidParameter, match="characters"):
        read_selection("x" * (LONGEST + 1))


def test_memory_of_selections_is_bounded() -> None:
    names = [f"f{number}" for number in range(12)]
    wide = type("Wide", (serializers.Serializer,), {n: serializers.CharField() for n in names})

    for bits in range(1, 2**12, 4):
        chosen = [name for number, name in enumerate(names) if bits >> number & 1]
        selected(wide, read_selection(",".join(chosen)))
    gc.collect()

    assert len(wide.__subclasses__()) <= 256


@pytest.mark.parametrize(
    "query", ["fields=", "fields=id&fields=name", "fields=email", "fields=%00"]
)
def test_bad_selection_is_a_problem_on_lists_and_rows(
    signed_in: APIClient, owner: User, problem: Problem, query: str
) -> None:
    for path in (PEOPLE, f"{PEOPLE}{owner.public_id}/"):
        problem(signed_in.get(f"{path}?{query}"), status=400, code="api.invalid_parameter")


def test_writes_and_actions_take_no_selection(
    signed_in: APIClient, owner: User, problem: Problem
) -> None:
    row = f"{PEOPLE}{owner.public_id}/"

    for response in (
        signed_in.post(f"{PEOPLE}?fields=id", {"name": "Ada"}),
        signed_in.patch(f"{row}?fields=id", {"name": "Ada"}),
        signed_in.delete(f"{row}?fields=id"),
        signed_in.get(f"{PEOPLE}changes/?fields=id"),
    ):
        problem(response, status=400, code="api.unknown_parameter")


def test_next_page_keeps_the_selection(signed_in: APIClient, owner: User, stranger: User) -> None:
    first = signed_in.get(f"{PEOPLE}?fields=name&limit=1").json()

    second = signed_in.get(first["next"]).json()

    assert first["items"] == [{"name": stranger.name}]
    assert second["items"] == [{"name": owner.name}]


def columns_read(client: APIClient, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(queries) == 1
    selected_part = queries[0]["sql"].partition(" FROM ")[0]
    return selected_part.count(",") + 1


def test_query_reads_no_column_that_is_not_shown(signed_in: APIClient, owner: User) -> None:
    whole = columns_read(signed_in, PEOPLE)
    # The key is always read, and what the list is ordered by.
    assert columns_read(signed_in, f"{PEOPLE}?fields=name") == 3
    assert columns_read(signed_in, f"{PEOPLE}{owner.public_id}/?fields=id") == 2
    assert whole > 10


@pytest.mark.django_db
def test_query_joins_no_row_that_is_not_shown() -> None:
    RequestFactory.create()
    rows = MaintenanceRequest.objects.select_related("unit", "author")

    class Out(serializers.ModelSerializer[MaintenanceRequest]):
        who = serializers.CharField(source="author.name")

        class Meta:
            model = MaintenanceRequest
            fields = ("title", "who")

    titles = narrowed(rows, selected(Out, read_selection("title")))
    people = narrowed(rows, selected(Out, read_selection("who")))

    assert "JOIN" not in str(titles.query)
    assert str(people.query).count("JOIN") == 1
    with CaptureQueriesContext(connection) as queries:
        assert [row.author.name for row in people if row.author]
    assert len(queries) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field", [serializers.CharField(source="__str__"), serializers.SerializerMethodField()]
)
def test_query_is_left_alone_where_python_computes_a_field(field: Any) -> None:
    out = type("Out", (serializers.Serializer,), {"told": field})

    rows = narrowed(Building.objects.all(), out)

    assert "address" in str(rows.query).partition(" FROM ")[0]


@pytest.mark.django_db
def test_annotation_is_shown_without_a_column() -> None:
    house = BuildingFactory.create()

    answer = client_of(house.members.get().user).get("/api/v1/buildings/?fields=role")

    assert answer.json()["items"] == [{"role": "owner"}]
