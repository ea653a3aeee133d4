"""Only declared filters reach the ORM, and only with values that a column can hold."""

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.apps.api.sample import Problem

PEOPLE = "/api/v1/sample/people/"


def test_a_filter_narrows_the_list(signed_in: APIClient, owner: User, stranger: User) -> None:
    rows = signed_in.get(f"{PEOPLE}?number={stranger.pk}").json()["items"]

    assert [row["id"] for row in rows] == [str(stranger.public_id)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("number=abc", "number"),
        ("number=1.5", "number"),
        (f"number={10**30}", "number"),
        (f"number={'9' * 10_000}", "number"),
        ("number=NaN", "number"),
        ("number=%00", "number"),
        ("name=a%00b", "name"),
        ("tier=gold", "tier"),
        ("tier=free&tier=gold", "tier"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    signed_in: APIClient, problem: Problem, query: str, field: str
) -> None:
    response = signed_in.get(f"{PEOPLE}?{query}")

    document = problem(response, status=400, code="api.invalid_parameter")
    assert {error["field"] for error in document["errors"]} == {field}


@pytest.mark.parametrize(
    "parameter",
    [
        "password",
        "password__startswith",
        "name__regex",
        "email",
        "ordering",
        "order_by",
        "id",
        "field",
        "_connector",
        "number__gt",
    ],
)
def test_an_undeclared_parameter_is_refused_with_the_declared_ones(
    signed_in: APIClient, problem: Problem, parameter: str
) -> None:
    response = signed_in.get(f"{PEOPLE}?{parameter}=x")

    document = problem(response, status=400, code="api.unknown_parameter")
    assert document["detail"] == "Known here: fields, name, number, tier, limit, cursor, offset."
    assert [error["field"] for error in document["errors"]] == [parameter]
