"""Providers on loopback that the settings name, and nothing remembered of earlier ones."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.accounts.openid_servers import openid_server
from tests.apps.accounts import openid_provider
from tests.apps.accounts.openid_provider import CLIENT_ID, OpenIdProvider


@pytest.fixture
def google(settings: Settings) -> Iterator[OpenIdProvider]:
    """Run a provider that is Google to this installation."""
    with openid_provider.running("RS256") as provider:
        about = {"issuers": (provider.issuer,), "client_ids": (CLIENT_ID,)}
        _settle(settings, "google", {**about, "client_secret": "shared secret"})
        yield provider


@pytest.fixture
def apple(settings: Settings) -> Iterator[OpenIdProvider]:
    """Run a provider that is Apple to this installation."""
    with openid_provider.running("ES256") as provider:
        _settle(settings, "apple", {"issuers": (provider.issuer,), "client_ids": (CLIENT_ID,)})
        yield provider


def _settle(settings: Settings, name: str, about: dict[str, object]) -> None:
    openid_server.cache_clear()
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    known = settings.ACCOUNTS_PROVIDERS
    settings.ACCOUNTS_PROVIDERS = {**known, name: {**known[name], **about}}
