"""Origins: whose pages may connect."""

import pytest
from pytest_django.fixtures import Settings

from apps.realtime.origins import answer_headers, header, is_allowed


@pytest.mark.parametrize("origin", ["", "https://app.example.com"])
def test_apps_and_our_sites_may_connect(settings: Settings, origin: str) -> None:
    settings.REALTIME_ALLOWED_ORIGINS = ("https://app.example.com",)
    settings.REALTIME_ALLOWS_LOCAL_ORIGINS = False

    assert is_allowed(origin)


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.example", "http://localhost:3000", "http://[", "https://app.example"],
)
def test_strange_sites_may_not(settings: Settings, origin: str) -> None:
    settings.REALTIME_ALLOWED_ORIGINS = ("https://app.example.com",)
    settings.REALTIME_ALLOWS_LOCAL_ORIGINS = False

    assert not is_allowed(origin)


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:8000"])
def test_pages_of_this_machine_may_connect_in_development(settings: Settings, origin: str) -> None:
    settings.REALTIME_ALLOWS_LOCAL_ORIGINS = True

    assert is_allowed(origin)


def test_answers_name_the_origin_that_may_read_them() -> None:
    told = answer_headers("https://app.example.com")

    assert header(told, b"access-control-allow-origin") == "https://app.example.com"
    assert header(told, b"vary") == "Origin"
    assert answer_headers("") == []
