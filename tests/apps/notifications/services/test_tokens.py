"""Shared tokens: one for all processes, renewed in time, and given up when refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from pytest_django.fixtures import Settings

from apps.kernel import clock
from apps.notifications import services
from apps.notifications.models import Delivery, ProviderAccount
from apps.notifications.providers.minting import MintingFailed
from apps.notifications.services import tokens
from apps.notifications.types import DeliveryState, PushService
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at, attempts, device_at
from tests.factories.notifications import DeliveryFactory


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.mark.django_db
@pytest.mark.parametrize("service", [PushService.FCM, PushService.APNS])
def test_token_is_used_for_fifty_minutes_and_then_renewed(
    push_services: PushServices, service: PushService
) -> None:
    account = account_at(push_services, service)

    def token_after(minutes: int) -> str:
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            return tokens.ready(ProviderAccount.objects.get(pk=account.pk)).token

    first = token_after(0)

    assert token_after(49) == first
    assert token_after(51) != first


@pytest.mark.django_db(transaction=True)
def test_processes_that_need_a_token_at_once_make_one(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.FCM)
    granted = push_services.tokens.granted

    def ask(_: int) -> str:
        try:
            return tokens.ready(ProviderAccount.objects.get(pk=account.pk)).token
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(8)))

    assert len(found) == 1
    assert push_services.tokens.granted == granted + 1


@pytest.mark.django_db
def test_token_that_ends_in_the_middle_costs_one_retry_and_no_delivery(
    push_services: PushServices,
) -> None:
    device = device_at(push_services, account_at(push_services, PushService.FCM))
    DeliveryFactory.create(registration=device)
    services.deliver_due()
    granted = push_services.tokens.granted
    # Old enough that a new one may take its place.
    issued_at = clock.now() - timedelta(minutes=5)
    ProviderAccount.objects.update(token_issued_at=issued_at)
    push_services.tokens.expire_all()
    delivery = DeliveryFactory.create(registration=device)

    services.deliver_due()
    Delivery.objects.filter(pk=delivery.pk).update(due_at=clock.now())
    services.deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
    assert attempts(delivery) == [
        (1, 401, "UNAUTHENTICATED", "retry"),
        (2, 200, "", "accepted"),
    ]
    assert push_services.tokens.granted == granted + 1
    assert ProviderAccount.objects.get().alarmed_at is None


@pytest.mark.django_db
def test_token_endpoint_that_is_away_costs_no_attempt(
    push_services: PushServices, unused_tcp_port: int
) -> None:
    account = account_at(push_services, PushService.FCM)
    services.rotate_account_secret(
        name=account.name,
        secret=_with_token_uri(push_services, f"http://127.0.0.1:{unused_tcp_port}/token"),
    )
    delivery = DeliveryFactory.create(registration=device_at(push_services, account))

    services.deliver_due()

    account.refresh_from_db()
    delivery.refresh_from_db()
    assert account.paused_until is not None
    assert (delivery.state, delivery.lease_token) == (DeliveryState.QUEUED, None)
    assert attempts(delivery) == []


@pytest.mark.django_db
def test_key_that_the_token_endpoint_refuses_alarms(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.FCM)
    secret = _with_token_uri(push_services, push_services.token_uri)
    services.rotate_account_secret(name=account.name, secret=secret.replace("push@", "nobody@"))
    delivery = DeliveryFactory.create(registration=device_at(push_services, account))

    services.deliver_due()

    account.refresh_from_db()
    delivery.refresh_from_db()
    assert "account not found" in account.alarm
    assert delivery.state == DeliveryState.FAILED
    assert attempts(delivery) == [(1, 400, "invalid_grant", "misconfigured")]


@pytest.mark.django_db
def test_secret_that_is_no_key_makes_no_token(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.APNS)
    settings = tokens.settings_of(account)
    broken = type(settings)(**{**vars(settings), "secret": b"no key"})

    with pytest.raises(MintingFailed) as refusal:
        tokens._MINTS[PushService.APNS](broken)

    assert refusal.value.is_our_fault


def _with_token_uri(push_services: PushServices, uri: str) -> str:
    import json

    return json.dumps(push_services.consoles.service_account().as_file(uri))
