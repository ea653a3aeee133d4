"""Replays, recoveries and examinations over HTTP: of my endpoints, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.kernel import clock
from apps.webhooks.models import Endpoint, Recovery
from apps.webhooks.services import advance_recoveries, examine_waiting
from tests.factories.webhooks import (
    DeliveryFactory,
    EndpointFactory,
    ExaminationFactory,
    RecoveryFactory,
)
from tests.hostile_server import HostileServer
from tests.people import client_of

ROOT = "/api/v1/webhooks/"


@pytest.fixture
def client(owner: User) -> APIClient:
    return client_of(owner)


@pytest.fixture
def mine(owner: User, partner: HostileServer) -> Endpoint:
    return EndpointFactory.create(owner=owner, url=partner.url)


def _moment(**ago: float) -> str:
    return (clock.now() - timedelta(**ago)).isoformat()


def _post(client: APIClient, endpoint: Endpoint, what: str, body: Any = None) -> Any:
    return client.post(f"{ROOT}endpoints/{endpoint.public_id}/{what}/", body or {})


def test_replay_is_begun_watched_and_stopped(client: APIClient, mine: Endpoint) -> None:
    for _ in range(4):
        DeliveryFactory.create(endpoint=mine, state="succeeded", due_at=None)

    begun = _post(client, mine, "replay", {"since": _moment(hours=1), "until": _moment()})
    advance_recoveries(limit=1)
    # As on a machine that takes its time: a quick one would be done at once.
    Recovery.objects.update(created_at=F("created_at") - timedelta(seconds=5))
    url = f"{ROOT}recoveries/{begun.json()['id']}/"
    shown = client.get(url).json()

    assert begun.status_code == 202, begun.json()
    assert (begun.json()["state"], begun.json()["total"]) == ("running", 4)
    assert (shown["done"], shown["percent"], shown["kind"]) == (1, 25.0, "replay")
    assert shown["per_second"] > 0
    assert shown["seconds_left"] > 0
    assert shown["endpoint"] == str(mine.public_id)

    stopped = client.post(f"{url}cancel/")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled")
    assert stopped.json()["seconds_left"] is None
    assert client.post(f"{url}cancel/").json()["code"] == "webhooks.recovery_is_over"


def test_second_recovery_is_a_conflict(client: APIClient, mine: Endpoint) -> None:
    first = _post(client, mine, "recover", {"since": _moment(hours=1)})
    second = _post(client, mine, "recover", {"since": _moment(hours=1)})

    assert (first.status_code, second.status_code) == (202, 409)
    assert second.json()["code"] == "webhooks.recovery_under_way"


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("replay", {}, "kernel.invalid"),
        ("replay", {"since": "yesterday", "until": "today"}, "kernel.invalid"),
        (
            "replay",
            {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
            "webhooks.impossible_period",
        ),
        (
            "replay",
            {"since": "2026-01-01T00:00:00Z", "until": "9999-01-01T00:00:00Z"},
            "webhooks.impossible_period",
        ),
        (
            "replay",
            {
                "since": "2026-01-01T00:00:00Z",
                "until": "2026-01-02T00:00:00Z",
                "event_types": ["no.such"],
            },
            "webhooks.unknown_event_type",
        ),
        ("recover", {"since": "9999-01-01T00:00:00Z"}, "webhooks.impossible_period"),
        ("recover", {"since": "2026-01-01T00:00:00Z", "until": "x"}, "kernel.invalid"),
    ],
)
def test_unacceptable_period_is_a_problem(
    client: APIClient, mine: Endpoint, what: str, body: dict[str, Any], code: str
) -> None:
    answer = _post(client, mine, what, body)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_receiver_is_examined(client: APIClient, mine: Endpoint) -> None:
    begun = _post(client, mine, "examinations")
    assert (begun.status_code, begun.json()["state"]) == (202, "waiting")
    assert _post(client, mine, "examinations").status_code == 409

    examine_waiting()
    shown = client.get(f"{ROOT}examinations/{begun.json()['id']}/").json()

    assert (shown["state"], shown["finding"]) == ("done", "unsound")
    assert [check["name"] for check in shown["checks"]][:2] == ["genuine", "duplicate"]
    assert shown["checks"][-1]["verdict"] == "failed"
    assert "refuse it" in shown["checks"][-1]["advice"]


@pytest.mark.parametrize("what", ["replay", "recover", "examinations"])
def test_disabled_endpoint_is_a_conflict(client: APIClient, owner: User, what: str) -> None:
    endpoint = EndpointFactory.create(owner=owner, state="disabled")
    bodies = {
        "replay": {"since": _moment(hours=2), "until": _moment(hours=1)},
        "recover": {"since": _moment(hours=2)},
    }

    answer = _post(client, endpoint, what, bodies.get(what))

    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks.endpoint_is_disabled")


@pytest.mark.parametrize(
    ("rows", "factory"), [("recoveries", RecoveryFactory), ("examinations", ExaminationFactory)]
)
def test_lists_show_mine_and_may_be_narrowed(
    client: APIClient, mine: Endpoint, owner: User, stranger: User, rows: str, factory: Any
) -> None:
    other = EndpointFactory.create(owner=owner)
    one, two = factory.create(endpoint=mine), factory.create(endpoint=other)
    factory.create(endpoint=EndpointFactory.create(owner=stranger))

    listed = client.get(f"{ROOT}{rows}/").json()["items"]
    narrowed = client.get(f"{ROOT}{rows}/", {"endpoint": str(mine.public_id)}).json()["items"]

    assert [item["id"] for item in listed] == [str(two.public_id), str(one.public_id)]
    assert [item["id"] for item in narrowed] == [str(one.public_id)]
