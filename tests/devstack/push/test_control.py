"""A test or a team's CI scripts, breaks and reads the services over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from devstack.push.services import PushServices
from tests.devstack.push.senders import access_token, send_by_fcm


@pytest.fixture
async def http(push_services: PushServices) -> AsyncIterator[ClientSession]:
    async with ClientSession(push_services.url) as session:
        yield session


async def _send(services: PushServices, *devices: str, **data: str) -> None:
    token = await asyncio.to_thread(access_token, services)
    for device in devices:
        await send_by_fcm(services, {"token": device, "data": data}, token=token)


async def _items(http: ClientSession, path: str) -> list[dict[str, Any]]:
    async with http.get(path) as answer:
        assert answer.status == 200, await answer.text()
        found: list[dict[str, Any]] = (await answer.json())["items"]
        return found


async def test_journal_is_read_by_service_device_and_number(
    push_services: PushServices, http: ClientSession
) -> None:
    before = push_services.journal.last
    await _send(push_services, "one", "two", "three")

    assert [item["token"] for item in await _items(http, "/journal")] == ["one", "two", "three"]
    assert len(await _items(http, "/journal?token=two&service=fcm&accepted=true")) == 1
    assert await _items(http, "/journal?service=apns") == []
    assert await _items(http, "/journal?accepted=false") == []
    newer = await _items(http, f"/journal?after={before + 1}")
    assert [item["token"] for item in newer] == ["two", "three"]
    assert [item["token"] for item in await _items(http, "/journal?limit=1")] == ["three"]
    assert await _items(http, "/journal?limit=0") == []


async def test_reader_may_wait_for_what_comes(
    push_services: PushServices, http: ClientSession
) -> None:
    after = push_services.journal.last
    waiting = asyncio.create_task(_items(http, f"/journal?after={after}&wait=30"))

    await _send(push_services, "late")

    assert [item["token"] for item in await waiting] == ["late"]


async def test_delivery_shown_twice_is_found(
    push_services: PushServices, http: ClientSession
) -> None:
    await _send(push_services, "phone", "phone", "tablet", delivery_id="one")

    assert await _items(http, "/journal/duplicates") == [
        {"service": "fcm", "token": "phone", "reference": "one", "times": 2}
    ]


async def test_answers_are_scripted_shown_and_taken_back(
    push_services: PushServices, http: ClientSession
) -> None:
    script = {"service": "fcm", "token": "old", "code": "UNREGISTERED"}
    async with http.post("/answers", json=script) as answer:
        assert answer.status == 204
    await _send(push_services, "old")
    [shown] = await _items(http, "/answers")
    async with http.delete("/answers"):
        await _send(push_services, "old")

    assert shown["code"] == "UNREGISTERED"
    async with http.get("/journal/counts") as counts:
        assert (await counts.json())["fcm"] == {"UNREGISTERED": 1, "accepted": 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        ("POST", "/answers", '{"service": "sms"}', "none of fcm, apns, web_push"),
        ("POST", "/answers", '{"service": "fcm", "code": "Unregistered"}', "UNREGISTERED"),
        ("POST", "/answers", '{"service": "fcm", "colour": "red"}', "colour"),
        ("POST", "/answers", "not json", "no JSON"),
        ("POST", "/answers", "[]", "JSON object"),
        ("POST", "/web-push/subscriptions", '{"keys": {}}', "p256dh"),
        ("PATCH", "/apns/faults", '{"mood": 1}', "goaway_after_streams"),
        ("POST", "/web-push/subscriptions", '{"keys": "none"}', "No subscription"),
        ("POST", "/fcm/projects", "", "project_id is missing"),
        ("POST", "/apns/keys", "{}", "team_id is missing"),
        ("PATCH", "/apns/faults", '{"goaway_after_streams": "many"}', "no number"),
        ("PATCH", "/apns/faults", '{"token_update_seconds": null}', "no number of seconds"),
        ("GET", "/journal?after=yesterday", "", "no number"),
        ("GET", "/journal?limit=all", "", "no number"),
        ("GET", "/journal?wait=long", "", "no number of seconds"),
    ],
)
async def test_malformed_request_is_told_what_is_wrong(
    method: str, path: str, body: str, reason: str, http: ClientSession
) -> None:
    async with http.request(method, path, data=body) as answer:
        assert answer.status == 400
        assert reason in await answer.text()


async def test_keys_are_issued_on_request(push_services: PushServices, http: ClientSession) -> None:
    async with http.post("/fcm/projects", json={"project_id": "of-ci"}) as answer:
        account = await answer.json()
    async with http.post("/apns/keys", json={"team_id": "CITEAM0001", "topics": ["a"]}) as answer:
        key = await answer.json()

    assert (account["project_id"], account["token_uri"]) == ("of-ci", push_services.token_uri)
    known = push_services.consoles.key_of(key["key_id"])
    assert known is not None
    assert (known.team_id, known.topics) == ("CITEAM0001", ("a",))


async def test_faults_last_until_all_is_forgotten(
    push_services: PushServices, http: ClientSession
) -> None:
    faults = {"goaway_after_streams": 5, "token_update_seconds": 0}
    async with http.patch("/apns/faults", json=faults) as answer:
        assert answer.status == 204
    told = (push_services.apns.faults.goaway_after_streams, push_services.apns.gate.update_seconds)

    async with http.delete("/journal"):
        pass

    assert told == (5, 0)
    assert push_services.apns.faults.goaway_after_streams == 0
    assert push_services.apns.gate.update_seconds > 0


async def test_page_of_another_origin_may_subscribe_and_listen(http: ClientSession) -> None:
    async with http.options("/web-push/subscriptions") as preflight:
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    async with http.post("/web-push/subscriptions", json={}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        endpoint = (await answer.json())["endpoint"]
    async with http.get(f"{endpoint}/stream") as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == "*"
        assert stream.headers["Content-Type"].startswith("text/event-stream")
