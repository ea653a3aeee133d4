"""Lists in the admin of notifications: found by what an index finds, and cheap when long."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from tests.apps.notifications.admin.operator import found, operator_of, page_of
from tests.factories.notifications import (
    AccountFactory,
    DeliveryFactory,
    InboxItemFactory,
    RegistrationFactory,
)

LISTS = [
    *("provideraccount", "registration", "notification", "recipient", "delivery"),
    *("preference", "quiethours", "topicsubscription", "inboxitem"),
]


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


@pytest.mark.parametrize("model", LISTS)
def test_list_costs_the_same_however_many_rows_there_are(
    operator: Client, model: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        delivery = DeliveryFactory.create()
        InboxItemFactory.create(user=delivery.user)

    with django_assert_max_num_queries(11):
        page = operator.get(reverse(f"admin:notifications_{model}_changelist"))

    assert page.status_code == 200


@pytest.mark.parametrize("model", ["registration", "recipient", "delivery", "inboxitem"])
def test_rows_of_a_person_are_found_by_address_and_id(operator: Client, model: str) -> None:
    delivery = DeliveryFactory.create()
    InboxItemFactory.create(user=delivery.user)
    DeliveryFactory.create()

    for term in (f" {delivery.user.email} ", str(delivery.user.public_id)):
        assert found(operator, model, term) == 1


def test_rows_are_found_by_an_id_of_what_they_belong_to(operator: Client) -> None:
    device = RegistrationFactory.create()
    delivery = DeliveryFactory.create(registration=device)
    DeliveryFactory.create()
    notification = str(delivery.recipient.notification.public_id)

    assert found(operator, "notification", notification) == 1
    assert found(operator, "recipient", notification) == 1
    assert found(operator, "delivery", notification) == 1
    assert found(operator, "delivery", str(delivery.public_id)) == 1
    assert found(operator, "delivery", str(device.public_id)) == 1
    assert found(operator, "delivery", " ") == 2


@pytest.mark.parametrize("term", ["nobody@example.com", "x' OR 1=1", "%", "0" * 32])
@pytest.mark.parametrize("model", ["notification", "delivery"])
def test_what_is_nowhere_is_not_found(operator: Client, model: str, term: str) -> None:
    DeliveryFactory.create()

    assert found(operator, model, term) == 0


def test_page_of_a_device_does_not_show_its_token(operator: Client) -> None:
    device = RegistrationFactory.create(fid="installation-of-somebody", auth="s3cr3t")

    page = page_of(operator, device)

    assert device.token not in page
    assert device.token[-6:] in page
    assert "installation-of-somebody" not in page
    assert "s3cr3t" not in page


def test_live_and_retired_devices_are_told_apart(operator: Client) -> None:
    account = AccountFactory.create()
    RegistrationFactory.create_batch(2, account=account)
    RegistrationFactory.create(account=account, retired_at="2026-01-01T00:00:00Z")
    page = reverse("admin:notifications_registration_changelist")

    counts = {
        state: operator.get(page, {"state": state}).context["cl"].result_count
        for state in ("live", "retired")
    }

    assert counts == {"live": 2, "retired": 1}


def test_nothing_is_added_changed_or_deleted_by_hand(operator: Client) -> None:
    delivery = DeliveryFactory.create()
    names = ("delivery", "recipient", "notification", "registration", "inboxitem", "preference")

    adds = [operator.get(reverse(f"admin:notifications_{name}_add")) for name in names]
    deletes = operator.get(reverse("admin:notifications_delivery_delete", args=[delivery.pk]))

    assert {answer.status_code for answer in (*adds, deletes)} == {403}
