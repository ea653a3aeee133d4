"""The metrics are shown to those who scrape, and hidden from everybody else."""

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)


def test_scraper_gets_the_metrics_of_process_and_event_log(client: Client) -> None:
    client.get("/health/live")

    response = client.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    text = response.content.decode()
    assert 'mainstay_http_requests_total{method="GET",route="health/live",status="2xx"}' in text
    assert "mainstay_event_log_readable 1.0" in text


def test_stranger_finds_nothing(client: Client, settings: Settings) -> None:
    settings.OBSERVABILITY_ALLOWED_NETWORKS = ("10.0.0.0/8",)

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_scraper_asks_by_address(client: Client, settings: Settings) -> None:
    by_address = {"Host": "10.1.2.3:8000"}
    assert client.get("/metrics", headers=by_address).status_code == 200

    settings.OBSERVABILITY_ALLOWED_NETWORKS = ()
    assert client.get("/metrics", headers=by_address).status_code == 404


def test_address_behind_proxies_counts_as_far_as_they_are_trusted(
    client: Client, settings: Settings
) -> None:
    settings.OBSERVABILITY_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    forged = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}

    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics", headers=forged).status_code == 404
    settings.TRUSTED_PROXY_COUNT = 0
    assert client.get("/metrics", headers=forged).status_code == 200


def test_metrics_can_only_be_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405
