"""P9: whatever fields are asked for, exactly those come back, and never a hidden one."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.factories.buildings import BuildingFactory, RequestFactory, UnitFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db

# Columns and relations that are there, and that no representation shows.
HIDDEN = [
    "pk", "public_id", "password", "building_id", "author_id", "author.password", "author.email",
    "author.pk", "unit.id", "unit.notes", "members", "is_staff", "building.owner", "user", "_state",
    "id.hex", "name.x", "title.upper", "__class__", "fields", "Meta", "objects",
]  # fmt: skip


@pytest.fixture
def routes(owner: User) -> list[str]:
    """Lists and rows, shown by serializers and by PostgreSQL, with and without null in them."""
    house = BuildingFactory.create(owner__user=owner)
    unit = UnitFactory.create(building=house)
    RequestFactory.create(building=house, author=None)
    seen = RequestFactory.create(building=house, author=owner, unit=unit)
    base = f"/api/v1/buildings/{house.public_id}/"
    return [
        base,
        "/api/v1/buildings/",
        f"{base}units/",
        f"{base}units/{unit.public_id}/",
        f"{base}members/",
        f"{base}members/{owner.public_id}/",
        f"{base}requests/",
        f"{base}requests/{seen.public_id}/",
    ]


@pytest.fixture
def signed_in(owner: User, settings: Any) -> APIClient:
    """The owner, whom no rate limits here."""
    rates = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    return client_of(owner)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_property_p9_exactly_the_asked_fields(
    signed_in: APIClient, routes: list[str], data: st.DataObject
) -> None:
    """Exactly the visible fields that were asked for come back, in their usual order and value.

    Seen to fail when unknown names were let through, when a part of an object brought the whole,
    and when short reads showed all fields.
    """
    route = data.draw(st.sampled_from(routes))
    whole = signed_in.get(route).json()
    rows = whole.get("items", [whole])
    visible = list(_paths(rows[0]))
    asked = data.draw(_without_overlap(visible))
    hidden = data.draw(st.lists(st.sampled_from(HIDDEN), max_size=1))
    hidden = [name for name in hidden if name not in visible]

    answer = signed_in.get(route, {"fields": ",".join(data.draw(st.permutations(asked + hidden)))})

    if hidden:
        assert answer.status_code == 400
        [complaint] = answer.json()["errors"]
        assert complaint["field"] == "fields"
        return
    shown = answer.json()
    cut = [_projected(row, asked) for row in rows]
    assert [list(row) for row in shown.get("items", [shown])] == [list(row) for row in cut]
    assert shown.get("items", [shown]) == cut


def _without_overlap(paths: list[str]) -> st.SearchStrategy[list[str]]:
    """Some paths, none of which leads through another one."""
    return st.lists(st.sampled_from(paths), min_size=1, unique=True).map(
        lambda chosen: [p for p in chosen if not any(p.startswith(f"{q}.") for q in chosen)]
    )


def _paths(row: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in row.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _paths(value, f"{prefix}{name}.")


def _projected(row: dict[str, Any], asked: list[str]) -> dict[str, Any]:
    """What a client would keep of the whole row."""
    kept: dict[str, Any] = {}
    for name, value in row.items():
        below = [path.partition(".")[2] for path in asked if path.startswith(f"{name}.")]
        if name in asked or (below and not isinstance(value, dict)):
            kept[name] = value
        elif below:
            kept[name] = _projected(value, below)
    return kept
