"""Remote sources may be slow, broken, hostile or lie about where they are (R6 section 4, 32-33)."""

import gzip
import socket
from collections.abc import Iterator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from pytest_django import Settings
from typing_extensions import override

from apps.kernel.errors import AppError
from apps.media import upstream
from apps.media.breakers import FAILURES, breaker_of
from apps.media.errors import (
    SourceMissing,
    SourceNotAPicture,
    SourceNotListed,
    SourceTooLarge,
    UpstreamFailed,
    UpstreamResting,
    UpstreamTimedOut,
)
from apps.media.types import Origin
from apps.media.upstream import Fetched, fetch
from apps.resilience.outbound import OutboundClient
from apps.resilience.services import run_outbound
from apps.resilience.types import OutboundLimits
from tests.apps.media.samples import picture
from tests.hostile_server import (
    Behaviour,
    HostileServer,
    Request,
    answering,
    cut_body,
    endless_body,
    endless_headers,
    hostile_server,
    not_http,
    reset,
    silence,
    slow_drip,
)

pytestmark = pytest.mark.django_db


def url_of(server: HostileServer, at: str = "/a.jpg") -> str:
    return f"http://{server.host}:{server.port}{at}"


def fetched(server: HostileServer, at: str = "/a.jpg") -> Fetched:
    return fetch(url_of(server, at), listed=frozenset({Origin.of(url_of(server))}))


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little patience, where what is tested is that it ends."""
    haste = OutboundLimits(
        resolve_seconds=5, connect_seconds=5, first_byte_seconds=0.3, total_seconds=0.5
    )
    monkeypatch.setattr(upstream, "LIMITS", haste)


def test_picture_is_fetched_with_its_type_and_tag(remote: HostileServer) -> None:
    found = fetched(remote)

    assert found == Fetched(content=picture(), content_type="image/jpeg", etag='"one"')
    assert remote.requests[0].headers["accept"] == "image/*"
    assert remote.requests[0].headers["accept-encoding"] == "identity"


def test_connection_is_kept_for_the_next_picture(remote: HostileServer) -> None:
    fetched(remote)
    fetched(remote)

    assert (len(remote.requests), remote.connections) == (2, 1)


def test_source_is_asked_whether_it_has_changed(remote: HostileServer) -> None:
    remote.behave = answering(304)

    found = fetch(url_of(remote), listed=frozenset({Origin.of(url_of(remote))}), etag='"one"')

    assert found.is_unchanged
    assert remote.requests[0].headers["if-none-match"] == '"one"'


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (answering(404), SourceMissing),
        (answering(410), SourceMissing),
        (answering(403), UpstreamFailed),
        (answering(200, b"<html>", Content_Type="text/html"), SourceNotAPicture),
        (answering(200, gzip.compress(bytes(10**6)), Content_Encoding="gzip"), UpstreamFailed),
        (answering(500), UpstreamFailed),
        (answering(503), UpstreamFailed),
        (reset, UpstreamFailed),
        (cut_body, UpstreamFailed),
        (not_http, UpstreamFailed),
        (endless_headers, UpstreamFailed),
        (silence, UpstreamTimedOut),
        (slow_drip, UpstreamTimedOut),
    ],
    ids=[
        *("absent", "gone", "forbidden", "no picture", "compressed", "broken", "unavailable"),
        *("reset", "cut", "no HTTP", "endless headers", "silence", "drip"),
    ],
)
@pytest.mark.usefixtures("in_haste")
def test_what_is_no_picture_fails_as_what_it_is(
    remote: HostileServer, behave: Behaviour, error: type[AppError]
) -> None:
    async def as_a_picture(request: Request, writer: object) -> None:
        await behave(request, writer)  # type: ignore[arg-type]  # the stream it was given

    remote.behave = as_a_picture

    with pytest.raises(error):
        fetched(remote)


def test_answer_without_an_end_is_cut_at_the_limit(
    remote: HostileServer, settings: Settings
) -> None:
    settings.MEDIA_SOURCE_BYTES = 300_000

    async def endless_picture(_: Request, writer: object) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")  # type: ignore[attr-defined]
        await endless_body(_, writer)  # type: ignore[arg-type]

    remote.behave = endless_picture

    with pytest.raises(SourceTooLarge, match="300000"):
        fetched(remote)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_passing_failure_is_tried_again_three_times(remote: HostileServer, status: int) -> None:
    remote.behave = answering(status)

    with pytest.raises(UpstreamFailed):
        fetched(remote)

    assert len(remote.requests) == 4


def test_picture_that_comes_at_the_last_try_is_taken(remote: HostileServer) -> None:
    well = remote.behave

    async def at_last(request: Request, writer: object) -> None:
        behave = well if len(remote.requests) == 4 else answering(503)
        await behave(request, writer)  # type: ignore[arg-type]

    remote.behave = at_last

    assert fetched(remote).content == picture()


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_lasting_refusal_is_not_tried_again(remote: HostileServer, status: int) -> None:
    remote.behave = answering(status)

    with pytest.raises(AppError):
        fetched(remote)

    assert len(remote.requests) == 1


def test_source_that_fails_time_after_time_is_left_alone(remote: HostileServer) -> None:
    remote.behave = answering(500)
    for _ in range(FAILURES // 4):
        with pytest.raises(UpstreamFailed):
            fetched(remote)

    with pytest.raises(UpstreamResting) as refusal:
        fetched(remote)

    assert refusal.value.headers["Retry-After"]
    assert len(remote.requests) == FAILURES
    assert breaker_of(Origin.of(url_of(remote))).is_resting


def redirecting(*steps: str) -> Behaviour:
    """Redirect along the steps, then give a picture."""
    left = list(steps)

    async def behave(request: Request, writer: object) -> None:
        step = left.pop(0) if left else ""
        told = answering(302, Location=step) if step else answering(200, picture())
        await told(request, writer)  # type: ignore[arg-type]

    return behave


def test_three_redirects_within_a_source_are_followed(remote: HostileServer) -> None:
    remote.behave = redirecting("/b.jpg", "c.jpg", url_of(remote, "/d.jpg"))

    assert fetched(remote).content == picture()
    assert [each.path for each in remote.requests] == ["/a.jpg", "/b.jpg", "/c.jpg", "/d.jpg"]


def test_fourth_redirect_is_one_too_many(remote: HostileServer) -> None:
    remote.behave = redirecting("/b", "/c", "/d", "/e")

    with pytest.raises(UpstreamFailed, match="redirects"):
        fetched(remote)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::1]/",
        "http://user@127.0.0.1/",
        "//evil.test/a.jpg",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "javascript:alert(1)",
        "http://127.0.0.1:99999/",
    ],
)
def test_redirect_to_what_is_not_listed_goes_nowhere(remote: HostileServer, target: str) -> None:
    remote.behave = redirecting(target)

    with pytest.raises(SourceNotListed):
        fetched(remote)

    assert len(remote.requests) == 1


class Names(AbstractResolver):
    """Resolves every name to one address, as a hostile name server would."""

    def __init__(self, address: str) -> None:
        self._address = address

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=self._address,
                port=port,
                family=socket.AF_INET6 if ":" in self._address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    @override
    async def close(self) -> None:
        pass


@pytest.fixture
def address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address to which every name leads, whatever the list says of the name."""

    async def make() -> OutboundClient:
        return OutboundClient(resolver=Names(request.param))

    client = run_outbound(make()).result()
    monkeypatch.setattr(upstream, "outbound_client", lambda: client)
    yield request.param
    run_outbound(client.close()).result()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
    indirect=True,
)
def test_listed_name_that_leads_inside_is_not_dialled(address: str, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    listed = frozenset({Origin("http", "images.test", 80)})

    with pytest.raises(UpstreamFailed, match="not on the public internet"):
        fetch("http://images.test/a.jpg", listed=listed)


@pytest.mark.parametrize(
    "literal", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433"]
)
def test_listed_literal_that_leads_inside_is_not_dialled(literal: str, settings: Settings) -> None:
    """Who may write the list is trusted with names, not with our network."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    with hostile_server() as server:
        url = f"http://{literal}:{server.port}/a.jpg"

        with pytest.raises(UpstreamFailed):
            fetch(url, listed=frozenset({Origin.of(url)}))

        assert not server.connections
