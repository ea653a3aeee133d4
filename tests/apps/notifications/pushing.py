"""Accounts and devices at the bundled push services, and looks at what came of deliveries."""

import secrets
from typing import Any

from apps.notifications.models import Delivery, ProviderAccount, Registration
from apps.notifications.providers.keys import new_vapid_key
from apps.notifications.types import PushService
from devstack.push.services import PushServices
from tests.factories.notifications import AccountFactory, RegistrationFactory


def account_at(services: PushServices, service: PushService, **config: str) -> ProviderAccount:
    """Make an account that a push service takes; at APNs of a team of its own."""
    secret, known = _MAKERS[service](services)
    return AccountFactory.create(service=service, config={**known, **config}, secret=secret)


def device_at(services: PushServices, account: ProviderAccount, **fields: Any) -> Registration:
    """Make a device that an account's service knows."""
    if account.service != PushService.WEB_PUSH:
        return RegistrationFactory.create(account=account, **fields)
    shown = services.web_push.subscriptions.add({}).as_browser_shows_it(services.url)
    return RegistrationFactory.create(
        account=account, token=shown["endpoint"], app_id="", **shown["keys"], **fields
    )


def name_at(service: PushService | str, device: Registration) -> str:
    """Return by which name a service knows a device."""
    return device.token.rpartition("/")[2] if service == PushService.WEB_PUSH else device.token


def attempts(delivery: Delivery) -> list[tuple[int, int | None, str, str]]:
    """Return what the ledger says of a delivery: number, status, code and outcome."""
    rows = delivery.attempts.order_by("number", "id")
    return list(rows.values_list("number", "status", "code", "outcome"))


def _at_fcm(services: PushServices) -> tuple[str, dict[str, str]]:
    told = next(each for each in services.accounts() if each["service"] == "fcm")
    return told["secret"], told["config"]


def _at_apns(services: PushServices) -> tuple[str, dict[str, str]]:
    told = next(each for each in services.accounts() if each["service"] == "apns")
    key = services.consoles.new_key(f"TEAM{secrets.token_hex(3).upper()}")
    return key.private_key, {**told["config"], "team_id": key.team_id, "key_id": key.key_id}


def _at_web_push(services: PushServices) -> tuple[str, dict[str, str]]:
    del services
    return new_vapid_key(), {"subject": "mailto:ops@example.com"}


_MAKERS = {
    PushService.FCM: _at_fcm,
    PushService.APNS: _at_apns,
    PushService.WEB_PUSH: _at_web_push,
}
