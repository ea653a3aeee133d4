"""Short reads answer what serializers would have answered, to the value."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from apps.accounts.models import User
from apps.api.short_reads import ShortReads
from apps.buildings.models import MaintenanceRequest
from apps.buildings.services import add_unit, create_building, open_request, remove_unit
from apps.buildings.types import Priority
from tests.people import client_of

TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"),
    min_size=1,
    max_size=80,
)
MOMENT = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  Hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001  as above
    timezones=st.just(UTC),
)


@pytest.fixture
def building(owner: User) -> UUID:
    return create_building(owner_id=owner.pk, name="Harbour House")


def answer(user: User, path: str) -> Any:
    got = client_of(user).get(path)
    assert got.status_code == 200, got.content
    return got.json()


def both_ways(user: User, path: str) -> tuple[Any, Any]:
    short = answer(user, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ShortReads, "list", ListModelMixin.list)
        patch.setattr(ShortReads, "retrieve", RetrieveModelMixin.retrieve)
        return short, answer(user, path)


@pytest.mark.django_db
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    title=TEXT,
    description=TEXT,
    priority=st.sampled_from(list(Priority)),
    created_at=MOMENT,
    has_unit=st.booleans(),
    has_author=st.booleans(),
)
def test_both_ways_show_the_same(
    owner: User, building: UUID, has_unit: bool, has_author: bool, **row: Any
) -> None:
    """Failed when moments kept their zone's offset, and when a lost author became an object."""
    created_at = row.pop("created_at")
    unit = add_unit(building_id=building, label=str(row["title"])[:20]) if has_unit else None
    opened = open_request(building_id=building, author_id=owner.pk, unit_id=unit, **row)
    request = MaintenanceRequest.objects.filter(public_id=opened)
    request.update(created_at=created_at, **({} if has_author else {"author": None}))

    for path in (f"{opened}/", "?limit=100"):
        short, long = both_ways(owner, f"/api/v1/buildings/{building}/requests/{path}")
        assert short == long
    request.delete()
    if unit:
        MaintenanceRequest.objects.filter(unit__public_id=unit).delete()
        remove_unit(building_id=building, unit_id=unit)


@pytest.mark.django_db
def test_pages_go_on_where_the_last_one_ended(owner: User, building: UUID) -> None:
    for number in range(5):
        open_request(building_id=building, author_id=owner.pk, title=f"tap {number}")

    first = answer(owner, f"/api/v1/buildings/{building}/requests/?limit=3")
    second = answer(owner, first["next"].partition("testserver")[2])

    titles = [item["title"] for item in (*first["items"], *second["items"])]
    assert titles == [f"tap {number}" for number in reversed(range(5))]
    assert second["next"] is None


@pytest.mark.django_db
def test_row_of_another_building_is_not_there(owner: User, stranger: User, building: UUID) -> None:
    opened = open_request(building_id=building, author_id=owner.pk, title="tap")

    refused = client_of(stranger).get(f"/api/v1/buildings/{building}/requests/{opened}/")

    assert refused.status_code == 404
    assert refused.json()["code"] == "kernel.not_found"
