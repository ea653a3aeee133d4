"""The demo's accounts at push services are opened once, work, and follow what moves."""

import pytest

from apps.notifications.models import ProviderAccount
from apps.notifications.services import check_account
from apps.playground.pushes import open_push_accounts
from devstack.push.services import PushServices

pytestmark = pytest.mark.django_db

NAMES = ["demo-apns", "demo-fcm", "demo-web-push"]


def test_each_service_has_an_account_that_is_used_by_default(push_services: PushServices) -> None:
    open_push_accounts(push_services.accounts())

    accounts = ProviderAccount.objects.order_by("name")
    assert [(account.name, account.is_default) for account in accounts] == [
        (name, True) for name in NAMES
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", NAMES)
def test_the_services_let_us_in(name: str, push_services: PushServices) -> None:
    open_push_accounts(push_services.accounts())

    check = check_account(name=name)

    assert not check.is_our_fault, check.said


def test_repeating_adds_nothing_and_keeps_the_key_of_browsers(push_services: PushServices) -> None:
    open_push_accounts(push_services.accounts())
    key = ProviderAccount.objects.get(name="demo-web-push").config["public_key"]

    open_push_accounts(push_services.accounts())

    assert ProviderAccount.objects.count() == len(NAMES)
    assert ProviderAccount.objects.get(name="demo-web-push").config["public_key"] == key


def test_services_that_moved_are_followed(push_services: PushServices) -> None:
    moved = push_services.accounts()
    open_push_accounts(push_services.accounts())
    for account in moved:
        if account["service"] == "apns":
            account["config"]["host"] = "127.0.0.1:9"

    open_push_accounts(moved)

    assert ProviderAccount.objects.get(name="demo-apns").config["host"] == "127.0.0.1:9"
