"""The bench raises limits; it switches nothing off."""

from typing import Any

from django.conf import settings as settings_of_tests

from bench.mainstay import settings


def test_every_limit_is_still_counted() -> None:
    rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]

    of_the_house: Any = settings_of_tests.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert set(rates) == set(of_the_house)
    assert all(rates.values())


def test_middleware_and_defaults_of_the_api_are_those_of_the_house() -> None:
    ours = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": None}
    theirs = {**settings_of_tests.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": None}

    assert ours == theirs
    assert settings.MIDDLEWARE == settings_of_tests.MIDDLEWARE
