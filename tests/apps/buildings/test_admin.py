"""Operators find every table of buildings, and what they change is announced."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.buildings.models import Building
from tests.apps.buildings.conftest import topics_of
from tests.factories.buildings import (
    CommentFactory,
    InvitationFactory,
    MemberFactory,
    UnitFactory,
)


@pytest.fixture
def operator(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.mark.parametrize(
    "model", ["building", "unit", "member", "invitation", "maintenancerequest", "comment"]
)
def test_every_table_is_listed_and_searchable(
    operator: Client, house: Building, model: str
) -> None:
    UnitFactory.create(building=house)
    InvitationFactory.create(building=house)
    CommentFactory.create(request__building=house)

    page = operator.get(reverse(f"admin:buildings_{model}_changelist"), {"q": "Lighthouse"})

    assert page.status_code == 200


def test_building_is_shown_with_its_people(operator: Client, house: Building) -> None:
    page = operator.get(reverse("admin:buildings_building_change", args=[house.pk]))

    assert "owner@example.com" in page.text


def test_large_building_is_shown_page_by_page(
    operator: Client, house: Building, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    MemberFactory.create_batch(50, building=house)
    UnitFactory.create_batch(50, building=house)
    InvitationFactory.create_batch(50, building=house)
    url = reverse("admin:buildings_building_change", args=[house.pk])

    with django_assert_max_num_queries(15):
        page = operator.get(url)

    shown = [len(inline.formset.forms) for inline in page.context["inline_admin_formsets"]]
    assert shown == [20, 20, 20]
    # Nor is there a choice of all users anywhere.
    assert "<select" not in page.text


def test_corrected_name_is_announced(operator: Client, house: Building) -> None:
    url = reverse("admin:buildings_building_change", args=[house.pk])

    counts = {
        f"{inline}-{count}_FORMS": 0
        for inline in ("members", "units", "invitations")
        for count in ("TOTAL", "INITIAL")
    }
    operator.post(url, {"name": "Lamp house", "address": house.address, **counts})

    house.refresh_from_db()
    assert house.name == "Lamp house"
    assert topics_of(house) == ["buildings.building.updated"]


def test_buildings_neither_begin_nor_end_in_the_admin(operator: Client, house: Building) -> None:
    urls = [
        reverse("admin:buildings_building_add"),
        reverse("admin:buildings_building_delete", args=[house.pk]),
    ]

    assert [operator.post(url, {"post": "yes"}).status_code for url in urls] == [403, 403]
