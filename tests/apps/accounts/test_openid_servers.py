"""What is read of providers, how often, and what happens while they are ill."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from apps.accounts import openid_servers
from apps.accounts.errors import ProviderUnavailable
from apps.accounts.openid_servers import OpenIdServer
from apps.kernel import clock
from tests.apps.accounts import openid_provider
from tests.apps.accounts.openid_provider import OpenIdProvider


@pytest.fixture
def provider(settings: Settings) -> Iterator[OpenIdProvider]:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    with openid_provider.running("ES256") as provider:
        yield provider


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(seconds=seconds))


def test_keys_are_read_once_an_hour(provider: OpenIdProvider) -> None:
    server = OpenIdServer(provider.issuer)

    assert all(server.key(provider.kid) for _ in range(5))
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"]
    with later(3601):
        assert server.key(provider.kid)
    assert len(provider.asked) == 4


def test_unknown_keys_cost_one_look_a_minute(provider: OpenIdProvider) -> None:
    server = OpenIdServer(provider.issuer)
    server.key(provider.kid)

    with later(61):
        assert not any(server.key(f"random {number}") for number in range(1000))

    assert provider.asked.count("/keys") == 2


def test_rotated_key_is_found(provider: OpenIdProvider) -> None:
    server = OpenIdServer(provider.issuer)
    former = provider.kid
    server.key(former)
    provider.rotate()

    with later(61):
        assert server.key(provider.kid)
        assert server.key(former) is None


@pytest.mark.parametrize("illness", [(500, b"{}"), (200, b"no json"), (200, b"[]"), (302, b"")])
def test_known_keys_are_kept_while_the_provider_is_ill(
    provider: OpenIdProvider, illness: tuple[int, bytes]
) -> None:
    server = OpenIdServer(provider.issuer)
    server.key(provider.kid)
    provider.ill = illness

    with later(7200):
        assert server.key(provider.kid)
        assert server.key("unknown") is None


def test_dead_provider_is_asked_once_in_ten_seconds(provider: OpenIdProvider) -> None:
    server = OpenIdServer(provider.issuer)
    provider.ill = (503, b"")
    for _ in range(20):
        with pytest.raises(ProviderUnavailable) as refusal:
            server.key(provider.kid)

    assert refusal.value.headers == {"Retry-After": "10"}
    assert len(provider.asked) == 1
    provider.ill = None
    with later(11):
        assert server.key(provider.kid)


def test_nobody_listens() -> None:
    with pytest.raises(ProviderUnavailable):
        OpenIdServer("http://127.0.0.1:9").key("any")


def test_silent_provider_is_not_waited_for(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid_servers, "ANSWER_SECONDS", 0.0)

    with pytest.raises(ProviderUnavailable):
        OpenIdServer(provider.issuer).key(provider.kid)


def test_provider_that_says_it_is_another_is_not_believed(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "discovery", lambda: {"issuer": "https://accounts.google.com"})

    with pytest.raises(ProviderUnavailable):
        OpenIdServer(provider.issuer).key(provider.kid)


def test_private_network_is_not_asked(provider: OpenIdProvider, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()

    with pytest.raises(ProviderUnavailable):
        OpenIdServer(provider.issuer).key(provider.kid)

    assert provider.asked == []
