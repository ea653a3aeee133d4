"""Probes are answered before hosts and sessions are looked at; everything else passes."""

import pytest
from django.test import Client

from tests.apps.health.patients import Patient
from tests.log_lines import LogLines


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probe_needs_no_allowed_host(path: str, patient: Patient, log_lines: LogLines) -> None:
    assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200

    (event,) = log_lines.read("http.request_finished")
    assert event["route"] == path.removeprefix("/")


@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/other", "/"])
def test_other_paths_go_the_long_way(path: str) -> None:
    assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 400


def test_person_with_a_session_goes_the_long_way(patient: Patient) -> None:
    client = Client()
    client.cookies["sessionid"] = "whatever"

    assert client.get("/health/live", headers={"Host": "10.1.2.3"}).status_code == 400
    assert client.get("/health/live").status_code == 200
