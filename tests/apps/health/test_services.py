"""An instance that drains says so, and still answers."""

import pytest
from django.test import Client

from apps.health import services
from apps.health.selectors import readiness
from apps.health.types import Status
from tests.apps.health.patients import Patient


def test_draining_instance_wants_no_requests_and_still_answers(
    patient: Patient, stranger_client: Client
) -> None:
    services.start_draining()
    while_draining = stranger_client.get("/health/ready")
    alive = stranger_client.get("/health/live")
    services.stop_draining()
    afterwards = stranger_client.get("/health/ready")

    assert (while_draining.status_code, while_draining.json()) == (503, {"status": "unready"})
    assert (alive.status_code, afterwards.status_code) == (200, 200)


def test_draining_is_told_apart_from_being_unwell(patient: Patient) -> None:
    services.start_draining()
    found = readiness()
    services.stop_draining()

    assert (found.status, found.is_draining) == (Status.UNREADY, True)
    assert [check.state for check in found.checks] == ["ok"]
    assert not readiness().is_draining


@pytest.mark.parametrize("times", [1, 2])
def test_beginning_and_ending_may_be_repeated(times: int, patient: Patient) -> None:
    for _ in range(times):
        services.start_draining()
    assert readiness().is_draining

    for _ in range(times):
        services.stop_draining()
    assert not readiness().is_draining
