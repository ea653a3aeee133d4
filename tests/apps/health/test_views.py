"""What probes are answered."""

from collections.abc import Iterator

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from apps.health import services
from apps.health.ports import checks
from apps.health.watch import Watch, watch
from tests.apps.health.patients import Behaviour, Patient, check_of

PARTS = {"database", "migrations", "redis", "storage", "disk", "memory", "celery", "consumers"}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """The only part there is, and a decisive one."""
    patient = Patient()
    own = Watch([check_of(patient, name="database")])
    monkeypatch.setattr("apps.health.selectors.watch", own)
    yield patient
    patient.released.set()
    own.stop()


@pytest.fixture
def stranger_client(settings: Settings) -> Client:
    """Somebody from outside, without a session."""
    settings.OBSERVABILITY_ALLOWED_NETWORKS = ()
    return Client()


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


def test_probes_need_no_allowed_host(patient: Patient) -> None:
    for path in ("/health/live", "/health/ready"):
        assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_draining_instance_wants_no_requests_and_still_answers(
    patient: Patient, stranger_client: Client
) -> None:
    services.start_draining()
    while_draining = stranger_client.get("/health/ready")
    services.stop_draining()
    afterwards = stranger_client.get("/health/ready")

    assert while_draining.status_code == 503
    assert afterwards.status_code == 200
    assert stranger_client.get("/health/live").status_code == 200


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


def test_every_part_of_the_house_is_looked_at() -> None:
    assert {check.name for check in checks} >= PARTS
    assert {check.name for check in checks if check.is_decisive} == {"database", "migrations"}


@pytest.mark.django_db(transaction=True)
def test_house_is_ready_with_what_the_tests_start(client: Client) -> None:
    watch.reports(wait_seconds=0)
    for watched in watch._watched:
        assert watched.is_known.wait(20), watched.check.name

    response = client.get("/health/ready")

    assert response.status_code == 200
    states = {check["name"]: check["state"] for check in response.json()["checks"]}
    well = {"database", "migrations", "redis", "storage", "consumers"}
    assert {states[name] for name in well} == {"ok"}, states
    # There is no worker among what the tests start.
    assert states["celery"] in {"failed", "silent"}
    assert not default_storage.exists("health_check_storage_test") or not any(
        default_storage.listdir("health_check_storage_test")
    )
