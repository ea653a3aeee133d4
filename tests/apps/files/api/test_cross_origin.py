"""Pages of allowed sites may upload from a browser; others are told nothing by which they could."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.apps.files.tus_clients import TusClient

pytestmark = pytest.mark.django_db

SITE = "https://app.example.com"
PREFLIGHT: dict[str, Any] = {"Access_Control_Request_Method": "PATCH", "version": None}


@pytest.fixture(autouse=True)
def sites(settings: Settings) -> None:
    settings.FILES_ALLOWED_ORIGINS = (SITE,)
    settings.FILES_ALLOWS_LOCAL_ORIGINS = False


def test_preflight_of_an_allowed_site_allows_all_that_tus_needs() -> None:
    answer = TusClient(None).ask("OPTIONS", "/api/v1/uploads/", Origin=SITE, **PREFLIGHT)

    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "Upload-Offset" in answer.headers["access-control-allow-headers"]
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_page_of_an_allowed_site_may_read_the_headers(phone: TusClient) -> None:
    answer = phone.create(length=10, Origin=SITE)

    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"Location", "Upload-Offset", "Upload-Expires"} <= set(exposed)
    assert "Origin" in answer.headers["vary"]


def test_refusal_may_be_read_as_well(phone: TusClient) -> None:
    answer = phone.ask("HEAD", "/api/v1/uploads/019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d/", Origin=SITE)

    assert (answer.status, answer.headers["access-control-allow-origin"]) == (404, SITE)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_page_of_another_site_is_told_nothing(origin: str, phone: TusClient) -> None:
    for answer in (
        phone.ask("OPTIONS", "/api/v1/uploads/", Origin=origin, **PREFLIGHT),
        phone.ask("GET", "/api/v1/uploads/", Origin=origin),
    ):
        assert "access-control-allow-origin" not in answer.headers
