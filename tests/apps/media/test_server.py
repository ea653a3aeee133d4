"""The image process gives what is at hand, and has the rest made once."""

import asyncio
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from apps.caching.services import forget_tagged
from apps.media import server as module
from apps.media import upstream
from apps.media.models import RemoteSource
from apps.media.server import ImageServer
from apps.media.types import MediaAnswer, MediaRequest
from apps.resilience.types import OutboundLimits
from devstack.waiting import wait_until
from tests.apps.media.samples import opened, picture, remote_path
from tests.hostile_server import HostileServer, Request, answering, hostile_server

pytestmark = pytest.mark.django_db(transaction=True)


class Protocol:
    """What an RSGI server hands over to answer by."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status, "An answer is given once."
        self.status, self.headers, self.body = status, dict(headers), body


@pytest.fixture
def server() -> Iterator[ImageServer]:
    server = ImageServer()
    server._watch.look()
    yield server
    server._threads.shutdown()


async def asked(server: ImageServer, path: str, method: str = "GET", **headers: str) -> Protocol:
    place, _, query = path.partition("?")
    scope: Any = SimpleNamespace(
        path=place,
        query_string=query,
        method=method,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    protocol = Protocol()
    await server.__rsgi__(scope, protocol)  # type: ignore[arg-type]  # as granian's
    return protocol


def ask_all(server: ImageServer, *paths: str, **headers: str) -> list[Protocol]:
    async def at_once() -> list[Protocol]:
        return list(await asyncio.gather(*(asked(server, path, **headers) for path in paths)))

    return asyncio.run(at_once())


def ask(server: ImageServer, path: str, **headers: str) -> Protocol:
    return ask_all(server, path, **headers)[0]


@pytest.mark.usefixtures("listed")
def test_second_answer_comes_from_the_table(
    server: ImageServer, remote: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = remote_path(remote, width=100, format="png")
    first = ask(server, path)
    monkeypatch.setattr(module, "_answered", pytest.fail)

    again = ask(server, path)
    known = ask(server, path, if_none_match=first.headers["etag"])

    assert (again.status, again.body, again.headers) == (200, first.body, first.headers)
    assert (known.status, known.body) == (304, b"")
    assert known.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.usefixtures("listed")
def test_five_hundred_at_once_take_one_fetch(server: ImageServer, remote: HostileServer) -> None:
    path = remote_path(remote, width=100)

    found = ask_all(server, *[path] * 500)

    assert {each.status for each in found} == {200}
    assert len({each.body for each in found}) == 1
    assert len(remote.requests) == 1


@pytest.mark.usefixtures("listed")
def test_what_is_forgotten_is_not_given_again(server: ImageServer, remote: HostileServer) -> None:
    path = remote_path(remote, width=100)
    tag = ask(server, path).headers["cache-tag"]

    forget_tagged(tag)
    server._watch.look()
    ask(server, path)

    assert len(remote.requests) == 2


@pytest.mark.usefixtures("listed")
def test_answer_to_credentials_is_given_to_nobody_else(
    server: ImageServer, remote: HostileServer
) -> None:
    path = remote_path(remote, width=100)

    private = ask(server, path, authorization="Bearer x")
    public = ask(server, path)

    assert "public" not in private.headers["cache-control"]
    assert "public" in public.headers["cache-control"]


@pytest.mark.usefixtures("listed")
def test_head_tells_the_length_without_the_picture(
    server: ImageServer, remote: HostileServer
) -> None:
    path = remote_path(remote, width=100)
    whole = ask(server, path)

    head = asyncio.run(asked(server, path, "HEAD"))

    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))
    assert opened(MediaAnswer(status=200, headers={}, body=whole.body)).size == (100, 75)


def test_problem_names_its_request(server: ImageServer) -> None:
    found = ask(server, "/media/v1/nothing")

    assert found.status == 404
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["x-request-id"].encode() in found.body


def test_probes_are_answered(server: ImageServer) -> None:
    assert ask(server, "/health/live").status == 200
    assert ask(server, "/health/ready").status == 200


def test_more_than_may_wait_are_asked_to_come_again(
    server: ImageServer, settings: Settings
) -> None:
    settings.MEDIA_MOST_WAITING = 0

    found = ask(server, "/media/v1/remote")

    assert (found.status, found.headers["retry-after"]) == (503, "1")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileServer]:
    """A listed source, with patience for all that it may do."""
    patience = OutboundLimits(
        resolve_seconds=300, connect_seconds=300, first_byte_seconds=300, total_seconds=300
    )
    monkeypatch.setattr(upstream, "LIMITS", patience)
    monkeypatch.setattr(upstream, "DEADLINE_SECONDS", 300.0)
    with hostile_server() as server:
        RemoteSource.objects.create(scheme="http", host=server.host, port=server.port)
        yield server


@pytest.mark.usefixtures("listed")
def test_slow_source_leaves_threads_to_the_others(
    slow: HostileServer, remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_THREADS, settings.MEDIA_THREADS_PER_SOURCE = 4, 2
    settings.MEDIA_PLACE_SECONDS = 0.01
    server = ImageServer()
    go_on = threading.Event()
    well = answering(body=picture(), Content_Type="image/jpeg")

    async def in_the_end(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(go_on.wait)
        await well(request, writer)

    slow.behave = in_the_end
    paths = [remote_path(slow, at=f"/{number}.jpg", width=100) for number in range(12)]

    async def scene() -> None:
        waiting = [asyncio.create_task(asked(server, path)) for path in paths]
        try:
            await asyncio.to_thread(wait_until, lambda: len(slow.requests) >= 2, seconds=60)
            async with asyncio.timeout(60):
                other = await asked(server, remote_path(remote, width=100))
            assert other.status == 200
        finally:
            go_on.set()
        found = await asyncio.gather(*waiting)
        refused = [each for each in found if each.status == 503]
        assert len(refused) == 10
        assert {each.headers["retry-after"] for each in refused} == {"2"}
        assert all(b"media.source_busy" in each.body for each in refused)
        assert [each.status for each in found if each not in refused] == [200, 200]

    asyncio.run(scene())
    assert len(slow.requests) == 2


def test_one_who_goes_does_not_spoil_it_for_the_others(
    server: ImageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def scene() -> Protocol:
        loop = asyncio.get_running_loop()

        def slowly(_: MediaRequest) -> MediaAnswer:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return MediaAnswer(status=200, headers={"ETag": '"a"'}, body=b"x", key="a")

        monkeypatch.setattr(module, "_answered", slowly)
        first = asyncio.create_task(asked(server, "/media/v1/a"))
        await begun.wait()
        second = asyncio.create_task(asked(server, "/media/v1/a"))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await second

    assert asyncio.run(scene()).body == b"x"
    assert server._waiting == 0
