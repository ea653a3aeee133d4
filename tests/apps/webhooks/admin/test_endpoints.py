"""Operators see how endpoints do, and may switch them; secrets stay unseen."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.webhooks.models import EndpointSecret
from apps.webhooks.selectors import secret_of
from tests.apps.webhooks.admin.operator import act, operator_of
from tests.apps.webhooks.conftest import topics_of
from tests.factories.webhooks import EndpointFactory

ENDPOINTS = "admin:webhooks_endpoint_changelist"


@pytest.fixture
def operator(staff: User) -> Client:
    return operator_of(staff)


def test_endpoint_is_shown_without_its_secret(operator: Client) -> None:
    endpoint = EndpointFactory.create(description="Ticket system")

    listed = operator.get(reverse(ENDPOINTS), {"q": endpoint.owner.email}).content.decode()
    shown = operator.get(reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]))

    assert endpoint.url in listed
    text = shown.content.decode()
    assert "Ticket system" in text
    secret = secret_of(endpoint_id=endpoint.public_id).removeprefix("whsec_")
    assert secret not in text
    assert EndpointSecret.objects.get().ciphertext not in text


def test_only_partnership_is_an_operators_to_change(operator: Client) -> None:
    endpoint = EndpointFactory.create()

    operator.post(
        reverse("admin:webhooks_endpoint_change", args=[endpoint.pk]),
        {"hears_everything": "on", "url": "http://elsewhere.example/", "state": "disabled"},
    )

    url = endpoint.url
    endpoint.refresh_from_db()
    assert endpoint.hears_everything
    assert (endpoint.url, endpoint.state) == (url, "enabled")
    assert topics_of(endpoint.public_id) == ["webhooks.endpoint.updated"]


def test_endpoint_is_disabled_and_enabled_by_an_operator(operator: Client) -> None:
    endpoint = EndpointFactory.create()

    act(operator, ENDPOINTS, "disable", endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "operator")

    act(operator, ENDPOINTS, "enable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"


def test_nothing_is_added_or_deleted_by_hand(operator: Client) -> None:
    endpoint = EndpointFactory.create()

    add = operator.get(reverse("admin:webhooks_endpoint_add"))
    delete = operator.get(reverse("admin:webhooks_endpoint_delete", args=[endpoint.pk]))

    assert (add.status_code, delete.status_code) == (403, 403)
