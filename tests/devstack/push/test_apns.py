"""APNs' stand-in judges tokens, headers and payloads as Apple does."""

import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devstack.push.answers import Answer
from devstack.push.issuing import SigningKey
from devstack.push.services import PushServices
from tests.devstack.push.senders import ALERT, DEVICE, ApnsClient, provider_token


async def test_push_is_accepted_and_written_down(
    push_services: PushServices, key: SigningKey
) -> None:
    name = "0190a0a0-0000-7000-8000-000000000001"

    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key), apns_id=name, apns_collapse_id="one")

    [push] = push_services.journal.pushes()
    assert (answer.status, answer.headers["apns-id"], answer.body) == (200, name, b"")
    assert (push.token, push.reference(), push.sender) == (DEVICE, name, key.team_id)
    assert push.headers["apns-collapse-id"] == "one"
    assert "authorization" not in push.headers


async def test_push_without_an_id_is_given_one(
    push_services: PushServices, key: SigningKey
) -> None:
    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key))

    assert answer.headers["apns-id"] == push_services.journal.pushes()[0].id


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({":method": "GET"}, 405, "MethodNotAllowed"),
        ({":path": "/2/device/abcd"}, 404, "BadPath"),
        ({":path": "/3/device/"}, 400, "MissingDeviceToken"),
        ({":path": "/3/device/not-hex"}, 400, "BadDeviceToken"),
        ({"authorization": None}, 403, "MissingProviderToken"),
        ({"apns_topic": None}, 400, "MissingTopic"),
        ({"apns_push_type": None}, 400, "InvalidPushType"),
        ({"apns_push_type": "shout"}, 400, "InvalidPushType"),
        ({"apns_priority": "7"}, 400, "BadPriority"),
        ({"apns_push_type": "background", "apns_priority": "10"}, 400, "BadPriority"),
        ({"apns_expiration": "soon"}, 400, "BadExpirationDate"),
        ({"apns_collapse_id": "x" * 65}, 400, "BadCollapseId"),
        ({"apns_id": "not-a-uuid"}, 400, "BadMessageId"),
    ],
)
async def test_request_that_is_not_right_is_refused_by_apples_word(
    changes: dict[str, Any],
    status: int,
    reason: str,
    push_services: PushServices,
    key: SigningKey,
) -> None:
    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key), **changes)

    assert (answer.status, answer.reason) == (status, reason)
    assert [push.code for push in push_services.journal.pushes()] == [reason]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (ALERT.ljust(4096), 200), (ALERT.ljust(4097), 413)],
    ids=["empty", "largest", "too-large"],
)
async def test_payload_has_a_largest_size(
    body: bytes, status: int, push_services: PushServices, key: SigningKey
) -> None:
    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key), body)

    assert answer.status == status


async def test_topic_must_be_one_of_the_keys(push_services: PushServices, team: str) -> None:
    key = push_services.consoles.new_key(team, ("app.other",))

    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key))

    assert (answer.status, answer.reason) == (400, "TopicDisallowed")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iat": int(time.time()) - 3700}, "ExpiredProviderToken"),
        ({"iat": int(time.time()) + 3600}, "InvalidProviderToken"),
        ({"iss": "ANOTHER000"}, "InvalidProviderToken"),
        ({"kid": "UNKNOWN000"}, "InvalidProviderToken"),
        ({"signer": ec.generate_private_key(ec.SECP256R1())}, "InvalidProviderToken"),
    ],
    ids=["old", "of-tomorrow", "team", "key", "signature"],
)
async def test_provider_token_that_is_not_right_is_refused(
    changes: dict[str, Any], reason: str, push_services: PushServices, key: SigningKey
) -> None:
    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key, **changes))

    assert (answer.status, answer.reason) == (403, reason)


async def test_team_that_signs_anew_too_soon_is_refused(
    push_services: PushServices, key: SigningKey
) -> None:
    first, second = provider_token(key), provider_token(key, iat=int(time.time()) - 5)

    async with ApnsClient(push_services) as client:
        statuses = [(await client.send(token)).status for token in (first, second, first)]
        refused = await client.send(second)

    assert statuses == [200, 429, 200]
    assert refused.reason == "TooManyProviderTokenUpdates"


async def test_second_key_of_a_team_counts_as_signing_anew(
    push_services: PushServices, key: SigningKey
) -> None:
    other = push_services.consoles.new_key(key.team_id)

    async with ApnsClient(push_services) as client:
        await client.send(provider_token(key))
        answer = await client.send(provider_token(other))

    assert answer.reason == "TooManyProviderTokenUpdates"


async def test_connection_belongs_to_one_team(push_services: PushServices, key: SigningKey) -> None:
    other = push_services.consoles.new_key("OTHERTEAM1")

    async with ApnsClient(push_services) as client:
        await client.send(provider_token(key))
        answer = await client.send(provider_token(other))

    assert (answer.status, answer.reason) == (403, "InvalidProviderToken")


@pytest.mark.parametrize(
    ("code", "status"), [("Unregistered", 410), ("TooManyRequests", 429), ("BadDeviceToken", 400)]
)
async def test_scripted_refusal_is_answered_to_its_device_alone(
    code: str, status: int, push_services: PushServices, key: SigningKey
) -> None:
    push_services.answers.add(Answer(service="apns", token=DEVICE, code=code, retry_after="7"))
    token = provider_token(key)

    async with ApnsClient(push_services) as client:
        refused = await client.send(token)
        other = await client.send(token, ALERT, **{":path": "/3/device/00"})

    assert (refused.status, refused.reason, other.status) == (status, code, 200)
    assert refused.headers["retry-after"] == "7"


async def test_device_that_is_gone_is_gone_since_a_moment(
    push_services: PushServices, key: SigningKey
) -> None:
    gone = Answer(service="apns", token=DEVICE, code="Unregistered", timestamp=1_700_000_000_123)
    push_services.answers.add(gone)

    async with ApnsClient(push_services) as client:
        answer = await client.send(provider_token(key))

    assert b'"timestamp":1700000000123' in answer.body


def test_issued_key_is_what_apple_offers_to_download(key: SigningKey) -> None:
    private = serialization.load_pem_private_key(key.private_key.encode(), None)

    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert len(key.key_id) == len(key.team_id) == 10
