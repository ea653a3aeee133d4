"""Endpoints over HTTP: mine, and nobody else's."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.kernel.ids import new_id
from apps.webhooks.models import Endpoint
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.people import client_of

ENDPOINTS = "/api/v1/webhooks/endpoints/"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def mine(owner: User) -> Endpoint:
    return EndpointFactory.create(owner=owner, event_types=["buildings.unit.added"])


def _one(endpoint: Endpoint, *more: str) -> str:
    return "".join([ENDPOINTS, f"{endpoint.public_id}/", *(f"{word}/" for word in more)])


def test_new_endpoint_is_answered_with_its_secret(client: APIClient, owner: User) -> None:
    answer = client.post(
        ENDPOINTS, {"url": URL, "event_types": ["buildings.unit.added"], "description": "Tickets"}
    )

    assert answer.status_code == 201
    shown = answer.json()
    endpoint = Endpoint.objects.get(public_id=shown["id"])
    assert endpoint.owner == owner
    assert shown["secret"].startswith("whsec_")
    assert shown["url"] == URL
    assert shown["event_types"] == ["buildings.unit.added"]
    assert shown["state"] == "enabled"
    assert client.get(_one(endpoint, "secret")).json() == {"secret": shown["secret"]}


def test_secret_is_in_no_other_answer(client: APIClient, mine: Endpoint) -> None:
    listed = client.get(ENDPOINTS).json()
    shown = client.get(_one(mine)).json()

    assert listed == {"items": [shown], "next": None}
    assert "secret" not in shown
    assert client.get(_one(mine, "secret")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "kernel.invalid"),
        ({"url": 5}, 422, "resilience.unusable_url"),
        ({"url": ["x"]}, 400, "kernel.invalid"),
        ({"url": "http://169.254.169.254/"}, 422, "resilience.forbidden_address"),
        ({"url": "http://localhost./"}, 422, "resilience.unusable_url"),
        ({"url": URL, "event_types": ["no.such"]}, 400, "webhooks.unknown_event_type"),
        ({"url": URL, "event_types": "all"}, 400, "kernel.invalid"),
        ({"url": URL, "event_types": ["a.b"] * 101}, 400, "kernel.invalid"),
        ({"url": URL, "hears_everything": True}, 400, "kernel.invalid"),
        ({"url": URL, "owner": 1}, 400, "kernel.invalid"),
        ({"url": URL + "x" * 2048}, 400, "kernel.invalid"),
    ],
)
def test_unacceptable_endpoint_is_a_problem(
    client: APIClient, body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(ENDPOINTS, body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Endpoint.objects.exists()


def test_twenty_first_endpoint_is_a_conflict(client: APIClient, owner: User) -> None:
    for _ in range(20):
        EndpointFactory.create(owner=owner, secret=None)

    answer = client.post(ENDPOINTS, {"url": URL})

    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks.too_many_endpoints")


def test_endpoint_is_changed(client: APIClient, mine: Endpoint) -> None:
    answer = client.patch(_one(mine), {"event_types": [], "description": "All of it"})

    assert answer.status_code == 200
    assert answer.json()["event_types"] == ["*"]
    assert answer.json()["description"] == "All of it"
    assert answer.json()["url"] == mine.url


def test_endpoint_is_switched_off_and_on(client: APIClient, mine: Endpoint) -> None:
    off = client.post(_one(mine, "disable")).json()
    on = client.post(_one(mine, "enable")).json()

    assert (off["state"], off["disabled_by"]) == ("disabled", "owner")
    assert (on["state"], on["disabled_by"], on["disabled_at"]) == ("enabled", "", None)


def test_endpoint_is_deleted(client: APIClient, mine: Endpoint) -> None:
    DeliveryFactory.create(endpoint=mine)

    assert client.delete(_one(mine)).status_code == 204
    assert client.get(_one(mine)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ()),
        ("patch", ()),
        ("delete", ()),
        ("get", ("secret",)),
        ("post", ("disable",)),
        ("post", ("enable",)),
    ],
)
def test_stranger_finds_nothing(
    mine: Endpoint, stranger: User, method: str, path: tuple[str, ...]
) -> None:
    client = client_of(stranger)

    answer = getattr(client, method)(_one(mine, *path), {})

    assert answer.status_code == 404
    assert client.get(ENDPOINTS).json()["items"] == []
    mine.refresh_from_db()
    assert mine.is_enabled


def test_whoever_is_not_signed_in_is_sent_away(mine: Endpoint, db: None) -> None:
    client = client_of(None)

    assert client.get(ENDPOINTS).status_code == 401
    assert client.post(ENDPOINTS, {"url": URL}).status_code == 401
    assert client.get(_one(mine, "secret")).status_code == 401


def test_id_of_nothing_is_not_found(client: APIClient) -> None:
    assert client.get(f"{ENDPOINTS}{new_id()}/").status_code == 404
    assert client.get(f"{ENDPOINTS}none/").status_code == 404
