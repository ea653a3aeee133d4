"""Accounts at push services: refused where they cannot work, sealed, rotated, tried out."""

import json

import pytest

from apps.kernel.errors import Conflict, NotFound
from apps.keyring.ports import encrypted_columns
from apps.notifications import services
from apps.notifications.errors import AccountRefused
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import new_vapid_key
from apps.notifications.secrets import opened
from apps.notifications.types import PushService
from devstack.push.answers import Answer
from devstack.push.services import PushServices
from tests.apps.notifications.pushing import account_at
from tests.apps.notifications.telling import told

pytestmark = pytest.mark.django_db

SUBJECT = {"subject": "mailto:ops@example.com"}


def test_secret_is_kept_sealed() -> None:
    secret = new_vapid_key()

    services.create_account(name="web", service="web_push", config=SUBJECT, secret=secret)

    account = ProviderAccount.objects.get()
    assert "PRIVATE KEY" not in account.sealed_secret
    assert opened(account, "sealed_secret") == secret.encode()
    assert "notifications.provideraccount.sealed_secret" in encrypted_columns
    assert "notifications.provideraccount.sealed_token" in encrypted_columns


def test_account_at_web_push_makes_its_own_key_pair() -> None:
    services.create_account(name="web", service="web_push", config=SUBJECT)

    account = ProviderAccount.objects.get()
    assert account.config["public_key"].startswith("B")
    assert services.check_account(name="web").is_good


def test_first_account_of_a_service_is_its_default_until_another_takes_its_place() -> None:
    services.create_account(name="first", service="web_push", config=SUBJECT)
    services.create_account(name="second", service="web_push", config=SUBJECT)
    services.update_account(name="second", is_default=True)

    defaults = ProviderAccount.objects.filter(is_default=True)
    assert list(defaults.values_list("name", flat=True)) == ["second"]


def test_what_operators_do_to_an_account_is_announced() -> None:
    services.create_account(name="web", service="web_push", config=SUBJECT)
    services.update_account(name="web", is_enabled=False)
    services.rotate_account_secret(name="web", secret=new_vapid_key())

    web = {"account": "web", "service": "web_push"}
    assert told("account.created") == [web]
    assert told("account.updated") == [web]
    assert told("account.secret_rotated") == [web]


def test_change_that_is_none_is_not_announced() -> None:
    services.create_account(name="web", service="web_push", config=SUBJECT)

    services.update_account(name="web", config=SUBJECT, is_enabled=True, is_default=True)

    assert told("account.updated") == []


@pytest.mark.parametrize(
    ("service", "config", "secret"),
    [
        ("web_push", {}, ""),
        ("web_push", {"subject": "ops@example.com"}, ""),
        ("web_push", {**SUBJECT, "colour": "blue"}, ""),
        ("web_push", SUBJECT, "no key"),
        ("apns", {"team_id": "T", "key_id": "K"}, ""),
        ("apns", {"team_id": "T"}, new_vapid_key()),
        ("apns", {"team_id": "T", "key_id": "K", "environment": "moon"}, new_vapid_key()),
        ("fcm", {"project_id": "p"}, "{}"),
        ("fcm", {"project_id": "p"}, "no JSON"),
        ("fcm", {"project_id": "p"}, json.dumps({"type": "service_account"})),
    ],
)
def test_account_that_cannot_work_is_refused(
    service: str, config: dict[str, str], secret: str
) -> None:
    with pytest.raises(AccountRefused):
        services.create_account(name="bad", service=service, config=config, secret=secret)


def test_name_is_given_once() -> None:
    services.create_account(name="web", service="web_push", config=SUBJECT)

    with pytest.raises(Conflict):
        services.create_account(name="web", service="web_push", config=SUBJECT)


def test_unknown_account_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.update_account(name="nobody", is_enabled=False)


@pytest.mark.parametrize("service", [PushService.FCM, PushService.APNS])
def test_good_keys_pass_their_check_and_end_an_alarm(
    push_services: PushServices, service: PushService
) -> None:
    account = account_at(push_services, service)
    code = {PushService.FCM: "PERMISSION_DENIED", PushService.APNS: "Forbidden"}[service]
    push_services.answers.add(Answer(service=service, code=code, times=1))

    refused = services.check_account(name=account.name)
    account.refresh_from_db()
    was_alarmed = account.alarmed_at is not None
    good = services.check_account(name=account.name)

    account.refresh_from_db()
    assert (refused.is_good, refused.is_our_fault, was_alarmed) == (False, True, True)
    assert (good.is_good, account.alarmed_at) == (True, None)


def test_rotated_key_shows_no_token_of_the_former_one(push_services: PushServices) -> None:
    account = account_at(push_services, PushService.APNS)
    services.check_account(name=account.name)
    key = push_services.consoles.new_key(account.config["team_id"])

    services.rotate_account_secret(
        name=account.name, secret=key.private_key, config={"key_id": key.key_id}
    )

    account.refresh_from_db()
    assert account.sealed_token == ""
    assert account.config["key_id"] == key.key_id
