"""What is written on the wire, which answers are read, and when a connection is kept."""

import asyncio
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from apps.resilience.errors import OutboundFailed
from apps.resilience.outbound import OutboundClient
from apps.resilience.types import FailureKind, OutboundResponse
from tests.hostile_server import Behaviour, HostileServer, Request, answering, hostile_server


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


def _writing(answer: bytes, *, closing: bool = False) -> Behaviour:
    async def behave(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if closing:
            writer.close()

    return behave


async def _post(url: str, *, times: int, read_at_most: int = 1000) -> list[OutboundResponse]:
    client = OutboundClient()
    answers = [
        await client.request("POST", url, purpose="tests", body=b"x", read_at_most=read_at_most)
        for _ in range(times)
    ]
    await client.close()
    return answers


async def test_request_is_written_as_it_is_meant(server: HostileServer) -> None:
    client = OutboundClient()
    url = f"http://127.0.0.1:{server.port}/a%20b?c=d&e=%26"

    await client.request(
        "POST", url, purpose="tests", body="Tür".encode(), headers={"user-agent": "Somebody/1"}
    )
    await client.request("GET", url, purpose="tests")
    await client.close()

    post, get = server.requests
    assert (post.method, post.path, post.body) == ("POST", "/a%20b?c=d&e=%26", "Tür".encode())
    assert post.headers["host"] == f"127.0.0.1:{server.port}"
    assert post.headers["content-length"] == "4"
    assert post.headers["user-agent"] == "Somebody/1"
    assert (get.method, get.headers["user-agent"]) == ("GET", "Mainstay")
    assert "content-length" not in get.headers


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\rb", "a\0b"])
async def test_header_that_would_begin_another_is_never_sent(
    server: HostileServer, value: str
) -> None:
    client = OutboundClient()

    with pytest.raises(OutboundFailed):
        await client.request("POST", server.url, purpose="tests", headers={"X-Note": value})
    await client.close()

    assert server.connections == 0


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole", b"whole"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n",
            b"whole",
        ),
        (b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["length", "chunks", "early hints"],
)
async def test_whole_answer_is_read_and_the_connection_kept(
    server: HostileServer, answer: bytes, body: bytes
) -> None:
    server.behave = _writing(answer)

    answers = await _post(server.url, times=2)

    assert [each.body for each in answers] == [body, body]
    assert {each.status for each in answers} <= {200, 204}
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "closing"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\nuntil the end", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 13\r\n\r\nuntil the end", False),
    ],
    ids=["ended by closing", "asked to close", "HTTP/1.0"],
)
async def test_connection_that_is_not_to_be_kept_is_not(
    server: HostileServer, answer: bytes, closing: bool
) -> None:
    server.behave = _writing(answer, closing=closing)

    answers = await _post(server.url, times=2)

    assert [each.body for each in answers] == [b"until the end"] * 2
    assert server.connections == 2


@pytest.mark.parametrize(("length", "is_cut"), [(100, False), (101, True)])
async def test_body_is_cut_after_what_was_asked_for(
    server: HostileServer, length: int, is_cut: bool
) -> None:
    server.behave = answering(200, b"x" * length)

    answers = await _post(server.url, times=2, read_at_most=100)

    assert [(len(each.body), each.is_cut) for each in answers] == [(100, is_cut)] * 2
    assert server.connections == (2 if is_cut else 1)


async def test_switching_protocols_is_an_answer_and_ends_the_connection(
    server: HostileServer,
) -> None:
    server.behave = _writing(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    )

    answers = await _post(server.url, times=2)

    assert [each.status for each in answers] == [101, 101]
    assert server.connections == 2


async def test_answer_nobody_asked_for_is_not_taken_for_the_next(server: HostileServer) -> None:
    twice = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nme"
    server.behave = _writing(twice + twice)

    answers = await _post(server.url, times=2)

    assert [each.status for each in answers] == [200, 200]
    assert server.connections == 2


async def test_large_body_is_sent_whole(server: HostileServer) -> None:
    client = OutboundClient()

    await client.request("POST", server.url, purpose="tests", body=b"x" * 5_000_000)
    await client.close()

    assert len(server.requests[0].body) == 5_000_000


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http:///path", "http://[::1"])
async def test_url_that_cannot_be_called_fails_with_its_reason(url: str) -> None:
    client = OutboundClient()

    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", url, purpose="tests")
    await client.close()

    assert failure.value.kind in {FailureKind.INVALID_URL, FailureKind.MALFORMED_ANSWER}
