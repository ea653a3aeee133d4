"""APNs' stand-in speaks HTTP/2 like a server that has bad days: GOAWAY, resets, small windows."""

import asyncio

from aiohttp import ClientSession

from devstack.push.answers import Answer
from devstack.push.apns_connection import FRIEND_STREAMS, STRANGER_STREAMS
from devstack.push.issuing import SigningKey
from devstack.push.services import PushServices
from devstack.waiting import wait_until
from tests.devstack.push.senders import ApnsClient, provider_token


async def test_stranger_gets_one_stream_and_a_friend_many(
    push_services: PushServices, key: SigningKey
) -> None:
    async with ApnsClient(push_services) as client:
        before = client.streams_allowed
        await client.send(provider_token(key))
        await client.until(lambda: client.streams_allowed != before)

        assert (before, client.streams_allowed) == (STRANGER_STREAMS, FRIEND_STREAMS)


async def test_many_pushes_go_over_one_connection(
    push_services: PushServices, key: SigningKey
) -> None:
    token = provider_token(key)

    async with ApnsClient(push_services) as client:
        await client.send(token)
        numbers = [client.begin(token) for _ in range(300)]
        await client.until(lambda: all(client.answers[number].is_whole for number in numbers))

    assert {client.answers[number].status for number in numbers} == {200}
    assert push_services.journal.counts()["apns"] == {"accepted": 301}


async def test_goaway_comes_after_as_many_streams_as_told(
    push_services: PushServices, key: SigningKey
) -> None:
    push_services.apns.faults.goaway_after_streams = 3
    token = provider_token(key)

    async with ApnsClient(push_services) as client:
        last = [await client.send(token) for _ in range(3)][-1]
        await client.until(lambda: False)

    assert last.status == 200
    assert client.goaway is not None
    assert client.goaway.additional_data == b'{"reason":"Shutdown"}'
    assert client.is_closed


async def test_what_began_before_a_goaway_is_answered_and_the_rest_is_not_looked_at(
    push_services: PushServices, key: SigningKey
) -> None:
    token = provider_token(key)
    scripted = push_services.answers
    scripted.add(Answer(service="apns", delay_seconds=0.5, times=1))

    async with ApnsClient(push_services) as client:
        begun = client.begin(token)
        assert await asyncio.to_thread(wait_until, lambda: not scripted.told(), seconds=30)
        async with ClientSession() as http, http.post(f"{push_services.url}/apns/goaway"):
            pass
        await client.until(lambda: client.goaway is not None)
        await client.until(lambda: client.answers[begun].is_whole)

    assert client.goaway is not None
    assert client.goaway.last_stream_id == begun
    assert client.answers[begun].status == 200


async def test_scripted_reset_ends_one_stream_alone(
    push_services: PushServices, key: SigningKey
) -> None:
    token = provider_token(key)
    push_services.answers.add(Answer(service="apns", action="reset", times=1))

    async with ApnsClient(push_services) as client:
        reset, other = await client.send(token), await client.send(token)

    assert (reset.was_reset, reset.status, other.status) == (True, 0, 200)
    assert push_services.journal.counts()["apns"] == {"accepted": 1, "reset": 1}


async def test_scripted_silence_leaves_other_streams_alone(
    push_services: PushServices, key: SigningKey
) -> None:
    token = provider_token(key)

    async with ApnsClient(push_services) as client:
        await client.send(token)
        push_services.answers.add(Answer(service="apns", action="hang", times=1))
        silent = client.begin(token)
        other = await client.send(token)

    assert (client.answers[silent].is_whole, other.status) == (False, 200)


async def test_client_that_does_not_acknowledge_is_sent_no_more_than_its_window(
    push_services: PushServices, key: SigningKey
) -> None:
    token, before = provider_token(key), 65_535 // len(b'{"reason":"BadPriority"}')

    async with ApnsClient(push_services, acknowledges=False) as client:
        await client.send(token)
        for _ in range(before):
            assert (await client.send(token, apns_priority="7")).status == 400
        starved = client.begin(token, apns_priority="7")
        await client.until(lambda: client.answers[starved].status)

    assert client.answers[starved].body == b""
    assert not client.answers[starved].is_whole


async def test_client_that_breaks_the_protocol_is_cut_off(push_services: PushServices) -> None:
    async with ApnsClient(push_services) as client:
        headers_of_no_stream = b"\0\0\1\1\4\0\0\0\0x"
        client._writer.write(headers_of_no_stream)
        await client.until(lambda: False)

    assert client.is_closed
