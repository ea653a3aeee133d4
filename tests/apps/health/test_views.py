"""What probes are answered."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from apps.health.watch import Watch
from tests.apps.health.patients import Behaviour, Patient, check_of


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


@pytest.mark.django_db
def test_staff_see_details_without_secrets(
    patient: Patient, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not of a failed database, without which nobody is known to be staff."""
    patient.behaviour = "fails"
    others = Watch([check_of(patient, name="redis"), check_of(Patient(), name="database")])
    monkeypatch.setattr("apps.health.selectors.watch", others)
    client = Client()
    client.force_login(staff)

    response = client.get("/health/ready")

    check = response.json()["checks"][0]
    assert (check["name"], check["state"]) == ("redis", "failed")
    assert check["meaning"] == "The patient is not well."
    assert b"hunter2" not in response.content
    assert b"db.internal" not in response.content
    others.stop()


@pytest.mark.django_db
def test_staff_see_details_and_others_do_not(patient: Patient, staff: User, owner: User) -> None:
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
    patient.behaviour = "fails"
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "whatever"

    assert client.get("/health/ready").json() == {"status": "unready"}
