"""Providers on loopback that the settings name."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.apps.accounts.openid_provider import OpenIdProvider, running_as


@pytest.fixture
def google(settings: Settings) -> Iterator[OpenIdProvider]:
    """Run a provider that is Google to this installation."""
    with running_as("google", settings, client_secret="shared secret") as provider:
        yield provider


@pytest.fixture
def apple(settings: Settings) -> Iterator[OpenIdProvider]:
    """Run a provider that is Apple to this installation."""
    with running_as("apple", settings, algorithm="ES256") as provider:
        yield provider
