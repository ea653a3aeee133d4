"""The demo's people and building are there once, and can be entered."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.buildings.models import Building, MaintenanceRequest, Unit
from apps.kernel import clock
from apps.playground.demo import set_the_stage

pytestmark = pytest.mark.django_db


def test_token_shows_the_demo_building() -> None:
    demo = set_the_stage()

    client = APIClient(headers={"Authorization": f"Bearer {demo.token}"})
    [building] = client.get("/api/v1/buildings/").json()["items"]

    assert (building["name"], building["role"]) == ("Lighthouse", "owner")
    requests = client.get(f"/api/v1/buildings/{building['id']}/requests/").json()["items"]
    assert {request["status"] for request in requests} == {"open", "in_progress"}


def test_token_still_works_hours_later() -> None:
    demo = set_the_stage()

    with time_machine.travel(clock.now() + timedelta(hours=23), tick=True):
        client = APIClient(headers={"Authorization": f"Bearer {demo.token}"})
        answer = client.get("/api/v1/buildings/")

    assert answer.status_code == 200


def test_password_opens_the_admin() -> None:
    demo = set_the_stage()
    client = Client()

    client.post("/admin/login/", {"username": demo.admin_user, "password": demo.admin_password})

    assert client.get("/admin/").status_code == 200


def test_repeating_adds_nothing_but_a_fresh_way_in() -> None:
    tables = (User, Building, Unit, MaintenanceRequest)
    first = set_the_stage()
    rows = [table.objects.count() for table in tables]

    second = set_the_stage()

    assert [table.objects.count() for table in tables] == rows
    assert second.token != first.token
    assert second.admin_password != first.admin_password


def test_password_does_not_slip_into_logs() -> None:
    demo = set_the_stage()

    assert demo.admin_password not in repr(demo)
