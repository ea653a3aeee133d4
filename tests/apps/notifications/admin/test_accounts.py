"""Operators set accounts up and try them out; keys go in and never come out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.models import ProviderAccount
from apps.notifications.providers.keys import new_vapid_key
from apps.notifications.secrets import opened
from apps.notifications.types import PushService
from devstack.push.services import PushServices
from tests.apps.notifications.admin.operator import operator_of, page_of
from tests.apps.notifications.pushing import account_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def _told(**changes: str) -> dict[str, str]:
    known = {"name": "web", "service": "web_push", "config": "subject = mailto:ops@example.com"}
    return {**known, "secret": "", "is_enabled": "on", "is_default": "on", **changes}


def _add(operator: Client, **changes: str) -> Any:
    return operator.post(
        reverse("admin:notifications_provideraccount_add"), _told(**changes), follow=True
    )


def _change(operator: Client, account: ProviderAccount, **changes: str) -> Any:
    page = reverse("admin:notifications_provideraccount_change", args=[account.pk])
    return operator.post(page, _told(**changes), follow=True)


def test_account_is_made_and_its_key_is_sealed(operator: Client) -> None:
    key = new_vapid_key()

    answer = _add(operator, secret=key)

    account = ProviderAccount.objects.get()
    assert answer.status_code == 200
    assert opened(account, "sealed_secret").decode().strip() == key.strip()
    assert account.config["public_key"]
    assert account.is_default
    assert "PRIVATE KEY" not in page_of(operator, account)


def test_key_stays_where_none_is_given(operator: Client) -> None:
    _add(operator)
    before = ProviderAccount.objects.get()

    _change(operator, before, config="subject = mailto:other@example.com", is_default="")

    after = ProviderAccount.objects.get()
    assert opened(after, "sealed_secret") == opened(before, "sealed_secret")
    assert after.config["subject"] == "mailto:other@example.com"
    assert not after.is_default


def test_key_is_replaced_where_one_is_given(operator: Client) -> None:
    _add(operator)
    account = ProviderAccount.objects.get()
    key = new_vapid_key()

    _change(operator, account, secret=key, is_enabled="")

    account.refresh_from_db()
    assert opened(account, "sealed_secret").decode().strip() == key.strip()
    assert not account.is_enabled


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"service": "fcm", "config": "project_id = p"}, "needs its key"),
        ({"service": "apns", "config": "", "secret": "nonsense"}, "no private key in PEM"),
        ({"config": ""}, "needs subject"),
        ({"config": "subject = mailto:a@b.c\ncolor = red"}, "has no color"),
        ({"service": "pigeon"}, "Select a valid choice"),
    ],
)
def test_refusal_says_what_is_wrong(operator: Client, told: dict[str, str], complaint: str) -> None:
    answer = _add(operator, **told)

    assert complaint in answer.content.decode()
    assert not ProviderAccount.objects.exists()


def test_account_is_tried_out_and_its_alarm_goes_on_and_off(
    operator: Client, push_services: PushServices
) -> None:
    account = account_at(push_services, PushService.APNS)
    right = account.config
    page = reverse("admin:notifications_provideraccount_try_out", args=[account.pk])
    ProviderAccount.objects.update(config={**right, "key_id": "WRONG12345"})

    asked = operator.get(page).content.decode()
    refused = operator.post(page, follow=True).content.decode()
    ProviderAccount.objects.update(config=right, sealed_token="")
    taken = operator.post(page, follow=True).content.decode()

    assert "This takes up to half a minute." in asked
    assert "Why?" not in asked
    assert "The service does not take our key." in refused
    assert "Refused since" in refused
    assert "The service takes our key." in taken
    assert "Nothing is known against it." in taken


def test_account_is_not_deleted_by_hand(operator: Client) -> None:
    _add(operator)
    account = ProviderAccount.objects.get()

    answer = operator.get(reverse("admin:notifications_provideraccount_delete", args=[account.pk]))

    assert answer.status_code == 403
