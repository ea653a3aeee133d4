"""Browsers watch: the page draws every push, and a subscription's stream brings it sealed."""

import asyncio
import functools
import json
from typing import Any

import pytest
from aiohttp import ClientSession, StreamReader

from devstack.push import streams
from devstack.push.services import PushServices
from devstack.push.subscriptions import Subscription
from devstack.push.vapid import from_base64url
from devstack.waiting import wait_until
from tests.devstack.push.senders import WebPushSender, access_token, send_by_fcm

HELLO = {"notification": {"title": "Hello", "body": "World"}}


async def _next(stream: StreamReader) -> dict[str, Any]:
    async with asyncio.timeout(30):
        async for line in stream:
            if line.startswith(b"data: "):
                told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return told
    raise EOFError


async def test_page_is_there_with_all_that_it_needs(push_services: PushServices) -> None:
    async with ClientSession(push_services.url) as http:
        for path in ("/", "/page/style.css", "/page/page.css", "/page/page.js"):
            async with http.get(path) as answer:
                assert answer.status == 200
                assert "http:" not in (await answer.text()).replace("http://www.w3.org", "")


async def test_pushes_appear_live_and_those_that_were_missed_come_first(
    push_services: PushServices,
) -> None:
    token = await asyncio.to_thread(access_token, push_services)
    await send_by_fcm(push_services, {"token": "missed", **HELLO}, token=token)

    async with ClientSession(push_services.url) as http, http.get("/events") as events:
        missed = await _next(events.content)
        await send_by_fcm(push_services, {"token": "live", **HELLO}, token=token)
        live = await _next(events.content)

    assert [missed["token"], live["token"]] == ["missed", "live"]
    assert (live["platform"], live["title"], live["body"]) == ("android", "Hello", "World")


async def test_page_that_comes_back_gets_what_it_missed_alone(push_services: PushServices) -> None:
    token = await asyncio.to_thread(access_token, push_services)
    await send_by_fcm(push_services, {"token": "seen", **HELLO}, token=token)
    last = {"Last-Event-ID": str(push_services.journal.last)}
    await send_by_fcm(push_services, {"token": "missed", **HELLO}, token=token)

    async with (
        ClientSession(push_services.url, headers=last) as http,
        http.get("/events") as events,
    ):
        assert (await _next(events.content))["token"] == "missed"


async def test_browser_gets_its_push_sealed_and_opens_it(push_services: PushServices) -> None:
    subscriptions = push_services.web_push.subscriptions
    device = subscriptions.add({})
    browser = subscriptions.add({"p256dh": device.p256dh, "auth": device.auth})
    shown = browser.as_browser_shows_it(push_services.url)

    async with ClientSession() as http, http.get(f"{shown['endpoint']}/stream") as stream:
        await WebPushSender().send(shown, b'{"notification":{"title":"Sealed"}}')
        message = await _next(stream.content)

    assert _opened(device, message) == {"notification": {"title": "Sealed"}}
    assert push_services.journal.pushes()[0].payload() is None


async def test_subscription_of_a_page_may_end_with_its_stream(
    push_services: PushServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(streams, "RETURN_SECONDS", 0.05)
    subscriptions = push_services.web_push.subscriptions
    keys = subscriptions.add({}).as_browser_shows_it(push_services.url)["keys"]
    page = subscriptions.add({"keys": keys, "ends_with_stream": True})
    lasting = subscriptions.add({"keys": keys})

    async with ClientSession(push_services.url) as http:
        for device in (page, lasting):
            async with http.get(f"/web-push/{device.id}/stream"):
                assert not subscriptions.is_gone(device.id)

    gone = functools.partial(subscriptions.is_gone, page.id)
    assert await asyncio.to_thread(wait_until, gone, seconds=30)
    assert subscriptions.get(lasting.id) is lasting


async def test_stream_of_nobody_is_not_found(push_services: PushServices) -> None:
    async with (
        ClientSession(push_services.url) as http,
        http.get("/web-push/nobody/stream") as answer,
    ):
        assert answer.status == 404


def _opened(device: Subscription, message: dict[str, Any]) -> dict[str, Any]:
    plain = device.opened(from_base64url(message["body"]))
    assert plain is not None
    told: dict[str, Any] = json.loads(plain)
    return told


@pytest.fixture(autouse=True)
def _empty(push_services: PushServices) -> None:
    push_services.forget()
