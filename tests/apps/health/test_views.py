"""What probes are answered."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from tests.apps.health.patients import Behaviour, Patient


def test_live_depends_on_nothing(
    stranger_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    response = stranger_client.get("/health/live")

    assert (response.status_code, response.content) == (200, b'{"status":"alive"}')
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("behaviour", "status", "word"),
    [
        ("ok", 200, b"ready"),
        ("warns", 200, b"degraded"),
        ("fails", 503, b"unready"),
        ("explodes", 503, b"unready"),
        ("hangs", 503, b"unready"),
    ],
)
def test_ready_says_whether_requests_may_come(
    patient: Patient, stranger_client: Client, behaviour: Behaviour, status: int, word: bytes
) -> None:
    patient.behaviour = behaviour

    response = stranger_client.get("/health/ready")

    assert (response.status_code, response.content) == (status, b'{"status":"%s"}' % word)


def test_allowed_network_sees_details_without_secrets(patient: Patient, client: Client) -> None:
    patient.behaviour = "fails"

    response = client.get("/health/ready")

    check = response.json()["checks"][0]
    assert (check["name"], check["state"]) == ("database", "failed")
    assert check["meaning"] == "The patient is not well."
    assert b"hunter2" not in response.content
    assert b"db.internal" not in response.content


@pytest.mark.django_db
def test_staff_see_details_and_others_do_not(
    patient: Patient, staff: User, owner: User, settings: Settings
) -> None:
    settings.OBSERVABILITY_ALLOWED_NETWORKS = ()
    answers = {}
    for user in (staff, owner):
        client = Client()
        client.force_login(user)
        answers[user.email] = client.get("/health/ready").json()

    assert "checks" in answers[staff.email]
    assert answers[owner.email] == {"status": "ready"}


def test_probe_does_not_ask_a_failed_database_who_is_asking(
    patient: Patient, settings: Settings
) -> None:
    """There is no database mark here: a query would raise."""
    settings.OBSERVABILITY_ALLOWED_NETWORKS = ()
    patient.behaviour = "fails"
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "whatever"

    assert client.get("/health/ready").json() == {"status": "unready"}
