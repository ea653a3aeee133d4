"""FCM's stand-in lets in whom Google would, and refuses what Google would, in its words."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError
from cryptography.hazmat.primitives.asymmetric import rsa

from devstack.push.answers import Answer
from devstack.push.fcm import LARGEST_MESSAGE, size_of
from devstack.push.services import PushServices
from tests.devstack.push.senders import access_token, assertion, send_by_fcm

HELLO = {"token": "a-phone", "notification": {"title": "Hello", "body": "World"}}


@pytest.fixture
def token(push_services: PushServices) -> str:
    return access_token(push_services)


async def test_message_is_accepted_and_written_down(
    push_services: PushServices, token: str
) -> None:
    message = {**HELLO, "data": {"delivery_id": "one"}}

    status, answer = await send_by_fcm(push_services, message, token=token)

    [push] = push_services.journal.pushes()
    assert (status, answer["name"]) == (200, push.id)
    assert answer["name"].startswith("projects/mainstay-demo/messages/")
    assert (push.token, push.reference(), push.sender) == ("a-phone", "one", "mainstay-demo")
    assert push.payload()["message"] == message


async def test_installation_id_stands_for_a_token(push_services: PushServices, token: str) -> None:
    status, _ = await send_by_fcm(push_services, {"fid": "an-installation"}, token=token)

    assert status == 200
    assert push_services.journal.pushes()[0].token == "an-installation"


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ({}, "Exactly one"),
        ({**HELLO, "fid": "both"}, "Exactly one"),
        ({**HELLO, "data": {"number": 1}}, "TYPE_STRING"),
        ({**HELLO, "data": {"from": "me"}}, "Invalid data payload key: from"),
        ({**HELLO, "data": {"google.x": "me"}}, "Invalid data payload key: google.x"),
        ({**HELLO, "android": {"ttl": "an hour"}}, "ttl"),
        ({**HELLO, "android": {"priority": "urgent"}}, "priority"),
        ({**HELLO, "colour": "red"}, 'Unknown name "colour"'),
        ({**HELLO, "data": {"text": "x" * LARGEST_MESSAGE}}, "too big"),
    ],
)
async def test_malformed_message_is_refused_by_the_right_words(
    message: dict[str, Any], complaint: str, push_services: PushServices, token: str
) -> None:
    status, answer = await send_by_fcm(push_services, message, token=token)

    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert answer["error"]["details"][0]["errorCode"] == "INVALID_ARGUMENT"
    assert complaint in answer["error"]["message"]


async def test_message_may_be_exactly_as_large_as_google_allows(
    push_services: PushServices, token: str
) -> None:
    room = LARGEST_MESSAGE - size_of({**HELLO, "data": {"text": ""}})

    fits, _ = await send_by_fcm(push_services, {**HELLO, "data": {"text": "x" * room}}, token=token)
    larger = {**HELLO, "data": {"text": "x" * (room + 1)}}
    does_not, _ = await send_by_fcm(push_services, larger, token=token)

    assert (fits, does_not) == (200, 400)


async def test_stranger_is_refused(push_services: PushServices) -> None:
    status, answer = await send_by_fcm(push_services, HELLO, token="ya29.made-up.00")

    assert (status, answer["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert "details" not in answer["error"]


async def test_token_of_one_project_opens_no_other(push_services: PushServices, token: str) -> None:
    status, answer = await send_by_fcm(push_services, HELLO, token=token, project="another")

    assert (status, answer["error"]["status"]) == (403, "PERMISSION_DENIED")


async def test_tokens_can_be_ended_in_the_middle(push_services: PushServices, token: str) -> None:
    push_services.tokens.expire_all()

    status, _ = await send_by_fcm(push_services, HELLO, token=token)
    fresh = await asyncio.to_thread(access_token, push_services)
    again, _ = await send_by_fcm(push_services, HELLO, token=fresh)

    assert (status, again) == (401, 200)


async def test_token_outlives_a_restart_of_the_services(
    push_services: PushServices, token: str
) -> None:
    restarted = PushServices(push_services.folder)

    access = restarted.tokens.access_by(f"Bearer {token}")

    assert access is not None
    assert access.project_id == "mainstay-demo"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"aud": "https://elsewhere.example"}, "invalid_grant"),
        ({"iss": "nobody@nowhere.example"}, "invalid_grant"),
        ({"exp": 1}, "invalid_grant"),
        ({"exp": 4_000_000_000}, "invalid_grant"),
        ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
        ({"key": rsa.generate_private_key(65537, 2048)}, "invalid_grant"),
    ],
    ids=["audience", "issuer", "expired", "too-long", "scope", "signature"],
)
async def test_assertion_that_is_not_right_gets_no_token(
    changes: dict[str, Any], error: str, push_services: PushServices
) -> None:
    form = assertion(push_services, **changes)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    async with (
        ClientSession() as http,
        http.post(push_services.token_uri, data=form, headers=headers) as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["error"] == error


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("UNREGISTERED", 404, "NOT_FOUND"),
        ("QUOTA_EXCEEDED", 429, "RESOURCE_EXHAUSTED"),
        ("SENDER_ID_MISMATCH", 403, "PERMISSION_DENIED"),
        ("THIRD_PARTY_AUTH_ERROR", 401, "UNAUTHENTICATED"),
        ("UNAVAILABLE", 503, "UNAVAILABLE"),
        ("INTERNAL", 500, "INTERNAL"),
    ],
)
async def test_scripted_refusal_is_worded_as_by_google(
    code: str, status: int, word: str, push_services: PushServices, token: str
) -> None:
    push_services.answers.add(Answer(service="fcm", token="a-phone", code=code, times=1))

    refused, answer = await send_by_fcm(push_services, HELLO, token=token)
    accepted, _ = await send_by_fcm(push_services, HELLO, token=token)

    assert (refused, accepted) == (status, 200)
    assert answer["error"]["status"] == word
    assert answer["error"]["details"][0]["errorCode"] == code
    assert [push.code for push in push_services.journal.pushes()] == [code, ""]


async def test_scripted_break_leaves_the_sender_without_an_answer(
    push_services: PushServices, token: str
) -> None:
    push_services.answers.add(Answer(service="fcm", action="reset", times=1))

    with pytest.raises(ServerDisconnectedError):
        await send_by_fcm(push_services, HELLO, token=token)

    [push] = push_services.journal.pushes()
    assert (push.status, push.code, push.is_accepted) == (0, "reset", False)
