"""Storages that are slow, dead, ill, or lie: told so, and never waited for long."""

import asyncio
import os
from collections.abc import Iterator
from io import BytesIO

import pytest
from pytest_django import Settings

from apps.files.errors import StorageUnavailable
from apps.files.storages import azure, s3_client
from apps.files.storages.azure import AzureStorage
from apps.files.storages.s3 import S3Storage
from apps.files.types import Storage
from devstack.ports import LOOPBACK, free_port
from devstack.waiting import wait_until
from tests.apps.files.storages import servers
from tests.hostile_server import (
    HostileServer,
    Request,
    answering,
    cut_body,
    hostile_server,
    not_http,
    reset,
    silence,
)

NAME = "content/ab/abc"


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A server that means no good."""
    with hostile_server() as server:
        yield server


@pytest.fixture(params=["s3", "azure"])
def storage(
    request: pytest.FixtureRequest,
    server: HostileServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Storage:
    """Each storage that is a server, as a hostile one plays it; nobody has much patience."""
    for module in (s3_client, azure):
        monkeypatch.setattr(module, "READ_SECONDS", 0.3)
    monkeypatch.setattr(s3_client, "ATTEMPTS", 2)
    monkeypatch.setattr(azure, "RETRIES", 1)
    use(settings, request.param, f"http://{server.host}:{server.port}")
    return S3Storage() if request.param == "s3" else AzureStorage()


def use(settings: Settings, kind: str, url: str) -> None:
    if kind == "s3":
        servers.use_s3(settings, url)
    else:
        servers.use_azure(settings, f"{url}/{servers.ACCOUNT}")


async def cut_range(_: Request, writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent, as these storages answer."""
    headers = 'Content-Length: 100\r\nContent-Range: bytes 0-99/100\r\nETag: "e"'
    writer.write(f"HTTP/1.1 206 Partial\r\n{headers}\r\n\r\nten bytes.".encode())
    await writer.drain()
    writer.close()


def gives_up(storage: Storage) -> bool:
    """Tell whether a call fails as an unavailable storage does."""
    try:
        storage.put(NAME, BytesIO(b"content"))
    except StorageUnavailable:
        return True
    return False


@pytest.mark.parametrize(
    "behave",
    [silence, reset, not_http, answering(503), answering(500)],
    ids=["silent", "breaks off", "no HTTP", "busy", "broken"],
)
def test_ill_server_is_asked_twice_and_then_given_up(
    storage: Storage, server: HostileServer, behave: object
) -> None:
    server.behave = behave  # type: ignore[assignment]  # parameters have no types

    assert gives_up(storage)
    assert server.connections <= 2
    assert len(server.requests) <= 2


def test_server_that_is_not_there_is_given_up(storage: Storage, settings: Settings) -> None:
    kind = storage.name
    use(settings, kind, f"http://{LOOPBACK}:{free_port()}")

    assert gives_up(storage)
    with pytest.raises(StorageUnavailable):
        storage.check()
    with pytest.raises(StorageUnavailable):
        next(storage.read(NAME))


def test_server_that_fails_time_after_time_is_left_alone(
    storage: Storage, server: HostileServer
) -> None:
    server.behave = reset
    for _ in range(3):
        assert gives_up(storage)
    asked = len(server.requests)

    for _ in range(20):
        assert gives_up(storage)

    # One may have tried whether it is well again.
    assert len(server.requests) <= asked + 2


def test_server_that_recovers_is_used_again(storage: Storage, server: HostileServer) -> None:
    server.behave = reset
    for _ in range(4):
        assert gives_up(storage)

    server.behave = answering(200 if storage.name == "s3" else 201)

    assert wait_until(lambda: not gives_up(storage), seconds=60)


def test_refusal_is_told_at_once_and_stops_nobody_else(
    storage: Storage, server: HostileServer
) -> None:
    server.behave = answering(403)

    for _ in range(5):
        assert gives_up(storage)

    assert len(server.requests) == 5


def test_answer_that_is_cut_is_never_taken_for_the_whole(
    storage: Storage, server: HostileServer
) -> None:
    for cut in (cut_body, cut_range):
        server.behave = cut

        with pytest.raises(StorageUnavailable):
            b"".join(storage.read(NAME))


def test_answer_shorter_than_what_was_asked_for_is_not_taken(
    storage: Storage, server: HostileServer
) -> None:
    server.behave = answering(206, b"ten bytes.", Content_Range="bytes 0-9/10", ETag='"e"')

    with pytest.raises(StorageUnavailable):
        b"".join(storage.read(NAME, end=100))


def test_forked_process_shares_no_connection(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(storage, (S3Storage, AzureStorage))
    ours = storage._client
    assert storage._client is ours

    monkeypatch.setattr(os, "getpid", lambda: -1)

    assert storage._client is not ours
