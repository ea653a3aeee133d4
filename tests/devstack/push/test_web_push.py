"""The Web Push stand-in keeps to RFC 8030, reads VAPID, and opens what it has the keys of."""

import json
import time
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from devstack.push.answers import Answer
from devstack.push.services import PushServices
from tests.devstack.push.senders import WebPushSender

LARGEST_TEXT = 3993


@pytest.fixture
def subscription(push_services: PushServices) -> dict[str, Any]:
    """A browser's subscription, as an app gets it."""
    return _subscribe(push_services)


@pytest.fixture
def sender() -> WebPushSender:
    return WebPushSender()


def _subscribe(services: PushServices, **told: str) -> dict[str, Any]:
    return services.web_push.subscriptions.add(told).as_browser_shows_it(services.url)


async def test_push_is_accepted_and_opened(
    push_services: PushServices, subscription: dict[str, Any], sender: WebPushSender
) -> None:
    text = json.dumps({"notification": {"title": "שלום", "data": {"delivery_id": "one"}}})

    answer = await sender.send(subscription, text.encode(), headers={"Urgency": "high"})

    [push] = push_services.journal.pushes()
    assert (answer.status, answer.headers["TTL"]) == (201, "60")
    assert answer.headers["Location"].endswith(push.id)
    assert push.payload() == json.loads(text)
    assert (push.reference(), push.sender) == ("one", "mailto:a@b.example")
    assert push.headers["Urgency"] == "high"


@pytest.mark.parametrize(("length", "status"), [(LARGEST_TEXT, 201), (LARGEST_TEXT + 1, 413)])
async def test_body_has_a_largest_size(
    length: int, status: int, subscription: dict[str, Any], sender: WebPushSender
) -> None:
    answer = await sender.send(subscription, b"x" * length)

    assert answer.status == status


@pytest.mark.parametrize(
    "headers",
    [
        {"TTL": None},
        {"TTL": "soon"},
        {"Urgency": "now"},
        {"Topic": "has spaces"},
        {"Topic": "x" * 33},
        {"Content-Encoding": "aesgcm"},
        {"Content-Encoding": None},
    ],
)
async def test_malformed_header_is_refused(
    headers: dict[str, str | None], subscription: dict[str, Any], sender: WebPushSender
) -> None:
    answer = await sender.send(subscription, b"{}", headers=headers)

    assert answer.status == 400


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"exp": int(time.time()) - 1},
        {"exp": int(time.time()) + 25 * 3600},
        {"sub": "ada"},
    ],
    ids=["audience", "expired", "too-long", "subject"],
)
async def test_signature_that_is_not_right_is_refused(
    claims: dict[str, Any], subscription: dict[str, Any], sender: WebPushSender
) -> None:
    answer = await sender.send(subscription, b"{}", **claims)

    assert answer.status == 403


async def test_forged_signature_is_refused(
    subscription: dict[str, Any], sender: WebPushSender
) -> None:
    genuine = sender.headers(subscription["endpoint"])["Authorization"]
    token, _, key = genuine.removeprefix("vapid t=").partition(",")
    forged = f"vapid t={token[:-20]}{'A' * 20},{key}"

    answer = await sender.send(subscription, b"{}", headers={"Authorization": forged})

    assert answer.status == 403


async def test_subscription_may_be_for_one_sender_alone(push_services: PushServices) -> None:
    chosen, other = WebPushSender(), WebPushSender()
    restricted = _subscribe(push_services, application_server_key=chosen.key)

    answers = [
        await chosen.send(restricted, b"{}"),
        await other.send(restricted, b"{}"),
        await other.send(restricted, b"{}", headers={"Authorization": None}),
    ]

    assert [answer.status for answer in answers] == [201, 403, 401]
    assert answers[2].headers["WWW-Authenticate"] == "vapid"


async def test_subscription_that_is_over_is_gone(
    push_services: PushServices, subscription: dict[str, Any], sender: WebPushSender
) -> None:
    async with ClientSession() as http, http.delete(subscription["endpoint"]) as ended:
        assert ended.status == 204

    gone = await sender.send(subscription, b"{}")
    nobody = {**subscription, "endpoint": f"{push_services.url}/web-push/nobody"}
    unknown = await sender.send(nobody, b"{}")

    assert (gone.status, unknown.status) == (410, 404)


async def test_text_in_the_open_is_refused(
    subscription: dict[str, Any], sender: WebPushSender
) -> None:
    endpoint = subscription["endpoint"]

    async with (
        ClientSession() as http,
        http.post(endpoint, data=b"x" * 200, headers=sender.headers(endpoint)) as answer,
    ):
        assert answer.status == 400


async def test_scripted_refusal_asks_for_patience(
    push_services: PushServices, subscription: dict[str, Any], sender: WebPushSender
) -> None:
    push_services.answers.add(
        Answer(service="web_push", code="too_many_requests", retry_after="7", times=1)
    )

    refused, accepted = [await sender.send(subscription, b"{}") for _ in range(2)]

    assert (refused.status, refused.headers["Retry-After"], accepted.status) == (429, "7", 201)


async def test_subscriptions_outlive_a_restart(
    push_services: PushServices, subscription: dict[str, Any]
) -> None:
    name = subscription["endpoint"].rpartition("/")[2]

    restarted = PushServices(push_services.folder).web_push.subscriptions.get(name)

    assert restarted is not None
    assert restarted.as_browser_shows_it(push_services.url) == subscription


async def test_push_whose_connection_broke_was_not_handed_over(
    push_services: PushServices, subscription: dict[str, Any], sender: WebPushSender
) -> None:
    push_services.answers.add(Answer(service="web_push", action="reset", times=1))
    sealed = _subscribe(push_services, **subscription["keys"])

    with pytest.raises(ServerDisconnectedError):
        await sender.send(sealed, b'"lost"')
    await sender.send(sealed, b'"arrived"')

    device = push_services.web_push.subscriptions.get(sealed["endpoint"].rpartition("/")[2])
    assert device is not None
    message = await anext(device.messages())
    assert message.id == push_services.journal.pushes()[-1].id
    assert [push.code for push in push_services.journal.pushes()] == ["reset", ""]
