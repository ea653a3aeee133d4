"""Endpoints over HTTP: mine, and nobody else's."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks.models import Endpoint
from apps.webhooks.secrets import opened_headers
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
        ({"url": 5}, 400, "kernel.invalid"),
        ({"url": ["x"]}, 400, "kernel.invalid"),
        ({"url": "http://169.254.169.254/"}, 422, "resilience.forbidden_address"),
        ({"url": "http://localhost./"}, 422, "resilience.unusable_url"),
        ({"url": URL, "event_types": ["no.such"]}, 400, "webhooks.unknown_event_type"),
        ({"url": URL, "event_types": "all"}, 400, "kernel.invalid"),
        ({"url": URL, "event_types": ["a.b"] * 101}, 400, "kernel.invalid"),
        ({"url": URL, "hears_everything": True}, 400, "kernel.invalid"),
        ({"url": URL, "owner": 1}, 400, "kernel.invalid"),
        ({"url": URL, "event_types": ["nothing.*"]}, 400, "webhooks.unknown_event_type"),
        ({"url": URL, "headers": {"Host": "a"}}, 400, "webhooks.unusable_headers"),
        ({"url": URL, "headers": {"X": "a\r\nb: c"}}, 400, "webhooks.unusable_headers"),
        ({"url": URL, "headers": {"X": "a\0"}}, 400, "api.malformed_body"),
        (
            {"url": URL, "headers": {f"X-{i}": "1" for i in range(11)}},
            400,
            "webhooks.unusable_headers",
        ),
        ({"url": URL, "rate_per_second": 1001}, 400, "kernel.invalid"),
        ({"url": URL, "health": {}}, 400, "kernel.invalid"),
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


def test_headers_are_replaced_and_their_values_never_shown(
    client: APIClient, mine: Endpoint
) -> None:
    client.patch(_one(mine), {"headers": {"X-Former": "former-value"}})

    answer = client.patch(_one(mine), {"headers": {"Authorization": "Bearer hidden"}})

    assert answer.json()["headers"] == {"Authorization": "********"}
    assert b"hidden" not in client.get(_one(mine)).content + client.get(ENDPOINTS).content
    mine.refresh_from_db()
    assert "hidden" not in mine.sealed_headers
    kept = opened_headers(mine.sealed_headers, endpoint_id=mine.public_id)
    assert kept == (("Authorization", "Bearer hidden"),)
    assert client.patch(_one(mine), {"headers": {}}).json()["headers"] == {}


def test_signatures_order_and_rate_are_chosen(client: APIClient, mine: Endpoint) -> None:
    wishes = {"has_asymmetric_signature": True, "is_ordered": True, "rate_per_second": 5}

    shown = client.patch(_one(mine), wishes).json()

    assert {name: shown[name] for name in wishes} == wishes
    assert client.patch(_one(mine), {"rate_per_second": None}).json()["rate_per_second"] is None


def test_health_tells_when_an_endpoint_left_alone_is_tried_again(
    client: APIClient, mine: Endpoint
) -> None:
    moment = clock.now()
    mine.consecutive_failures, mine.failing_since = 25, moment - timedelta(hours=1)
    mine.trips, mine.opened_at, mine.paused_until = 2, moment, moment + timedelta(minutes=1)
    mine.save()

    health = client.get(_one(mine)).json()["health"]

    assert (health["state"], health["consecutive_failures"]) == ("open", 25)
    assert datetime.fromisoformat(health["since"]) == moment
    assert datetime.fromisoformat(health["next_probe_at"]) == moment + timedelta(minutes=1)


def test_new_secret_is_answered_once_and_kept_by_nobody_on_the_way(
    client: APIClient, mine: Endpoint
) -> None:
    former = client.get(_one(mine, "secret")).json()["secret"]

    answer = client.post(_one(mine, "rotate-secret"), {"grace_hours": 1})

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["secret"] != former
    assert client.get(_one(mine, "secret")).json() == answer.json()
    assert client.post(_one(mine, "rotate-secret")).status_code == 200
    third = client.post(_one(mine, "rotate-secret"), {})
    assert (third.status_code, third.json()["code"]) == (409, "webhooks.too_many_secrets")
    assert client.post(_one(mine, "rotate-secret"), {"grace_hours": 0}).status_code == 200


@pytest.mark.parametrize("hours", [-1, 169, "x", None, 1.5])
def test_grace_is_none_to_seven_days(client: APIClient, mine: Endpoint, hours: object) -> None:
    answer = client.post(_one(mine, "rotate-secret"), {"grace_hours": hours})

    assert answer.status_code == 400
    assert mine.secrets.count() == 1


def test_test_event_is_answered_with_its_delivery(client: APIClient, mine: Endpoint) -> None:
    answer = client.post(_one(mine, "test"), {"event_type": "buildings.unit.added"})

    assert answer.status_code == 202
    shown = client.get(f"/api/v1/webhooks/deliveries/{answer.json()['delivery']}/").json()
    assert (shown["event_type"], shown["state"]) == ("webhooks.test", "pending")
    assert json.loads(shown["body"])["data"]["sample"]["type"] == "buildings.unit.added"


def test_test_event_of_no_type_or_to_a_disabled_endpoint_is_refused(
    client: APIClient, mine: Endpoint
) -> None:
    unknown = client.post(_one(mine, "test"), {"event_type": "no.such"})
    client.post(_one(mine, "disable"))
    disabled = client.post(_one(mine, "test"))

    assert (unknown.status_code, unknown.json()["code"]) == (400, "webhooks.unknown_event_type")
    assert (disabled.status_code, disabled.json()["code"]) == (409, "webhooks.endpoint_is_disabled")


def test_test_events_are_limited(
    client: APIClient, mine: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {**api_settings.DEFAULT_THROTTLE_RATES, "webhook_tests": "2/day"}
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", rates)

    statuses = [client.post(_one(mine, "test")).status_code for _ in range(3)]

    assert statuses == [202, 202, 429]
    assert client.get(_one(mine)).status_code == 200


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
        ("post", ("rotate-secret",)),
        ("post", ("test",)),
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
