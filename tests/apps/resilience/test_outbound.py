"""The guarded client against real servers on loopback (R2 section 1.4, R6 section 4 #32, #33)."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from pytest_django.fixtures import Settings
from typing_extensions import override

from apps.kernel.context import Context, bound
from apps.resilience import outbound
from apps.resilience.errors import OutboundFailed
from apps.resilience.outbound import OutboundClient
from apps.resilience.services import check_url
from apps.resilience.types import FailureKind, OutboundLimits
from tests.hostile_server import (
    Behaviour,
    HostileServer,
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


class FixedNames(AbstractResolver):
    """Resolves every name to the given addresses, in turn."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    @override
    async def close(self) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[OutboundClient]:
    guarded = OutboundClient()
    yield guarded
    await guarded.close()


@pytest.fixture
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[64:ff9b::7f00:1]"),
        *("①②⑦.0.0.1", "127。0。0。1", "localhost", "LOCALHOST", "localhost.", "0x7f.1"),
        *("2130706433", "127.1", "0", "017700000001", "0.0.0.0", "[::]", "[2002:7f00:1::]"),
        *("169.254.169.254", "10.0.0.1", "[fe80::1]", "[2001:0:7f00:1::1]"),
    ],
)
async def test_no_spelling_of_an_inner_address_is_dialled(
    server: HostileServer, client: OutboundClient, host: str
) -> None:
    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", f"http://{host}:{server.port}/", purpose="tests", body=b"x")

    assert server.connections == 0
    assert failure.value.kind in {
        FailureKind.FORBIDDEN_ADDRESS,
        FailureKind.INVALID_URL,
        FailureKind.NAME_NOT_RESOLVED,
    }


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1"],
)
async def test_name_that_resolves_inside_is_not_dialled(
    server: HostileServer, address: str
) -> None:
    client = OutboundClient(resolver=FixedNames(address))

    with pytest.raises(OutboundFailed) as failure:
        await client.request(
            "POST", f"http://hooks.example:{server.port}/", purpose="tests", body=b"x"
        )
    await client.close()

    assert failure.value.kind == FailureKind.FORBIDDEN_ADDRESS
    assert server.connections == 0
    assert address not in failure.value.detail


async def test_name_that_changes_its_answer_between_check_and_call_is_not_dialled(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _public_answer)
    url = check_url(f"http://rebinding.example:{server.port}/")
    client = OutboundClient(resolver=FixedNames("127.0.0.1"))

    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", url, purpose="tests", body=b"x")
    await client.close()

    assert failure.value.kind == FailureKind.FORBIDDEN_ADDRESS
    assert server.connections == 0


async def test_inner_address_among_several_is_passed_over(
    server: HostileServer, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.1/32",)
    client = OutboundClient(resolver=FixedNames("127.0.0.2", "127.0.0.1"))

    response = await client.request("GET", f"http://hooks.example:{server.port}/", purpose="tests")
    await client.close()

    assert response.status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.usefixtures("loopback_is_allowed")
async def test_redirect_is_an_answer_and_never_followed(
    server: HostileServer, client: OutboundClient, status: int
) -> None:
    with hostile_server() as inner:
        server.behave = answering(status, Location=inner.url)

        response = await client.request("POST", server.url, purpose="tests", body=b"secret")

        assert response.status == status
        assert inner.connections == 0


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_endless_body_is_cut_and_the_connection_closed(
    server: HostileServer, client: OutboundClient
) -> None:
    server.behave = endless_body

    response = await client.request("POST", server.url, purpose="tests", read_at_most=16384)

    assert response.is_cut
    assert len(response.body) == 16384


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_gzip_bomb_stays_compressed(server: HostileServer, client: OutboundClient) -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    server.behave = answering(200, bomb, Content_Encoding="gzip")

    response = await client.request("POST", server.url, purpose="tests", read_at_most=16384)

    assert response.is_cut
    assert response.body == bomb[:16384]
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_thousand_encodings_are_not_undone(
    server: HostileServer, client: OutboundClient
) -> None:
    server.behave = answering(200, b"as it came", Content_Encoding=", ".join(["gzip"] * 1000))

    response = await client.request("POST", server.url, purpose="tests")

    assert response.body == b"as it came"


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (slow_drip, FailureKind.TIMED_OUT),
        (silence, FailureKind.TIMED_OUT),
        (reset, FailureKind.DISCONNECTED),
        (cut_body, FailureKind.DISCONNECTED),
        (not_http, FailureKind.MALFORMED_ANSWER),
        (endless_headers, FailureKind.MALFORMED_ANSWER),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
@pytest.mark.usefixtures("loopback_is_allowed")
async def test_answer_that_is_none_fails_with_its_reason(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch, behave: Behaviour, kind: FailureKind
) -> None:
    if kind is FailureKind.TIMED_OUT:
        monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.5)
    client = OutboundClient()
    server.behave = behave

    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", server.url, purpose="tests", body=b"x")
    await client.close()

    assert failure.value.kind == kind
    assert failure.value.detail.endswith(".")
    assert failure.value.timing.total_ms > 0


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_caller_may_say_how_long_the_first_byte_may_take(
    client: OutboundClient, server: HostileServer
) -> None:
    server.behave = silence
    limits = OutboundLimits(
        resolve_seconds=60, connect_seconds=60, first_byte_seconds=0.2, total_seconds=60
    )

    with pytest.raises(OutboundFailed) as failure:
        await client.request("GET", server.url, purpose="tests", limits=limits)

    assert failure.value.kind == FailureKind.TIMED_OUT


async def test_caller_may_say_how_long_a_name_may_take() -> None:
    class SilentNames(FixedNames):
        @override
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            await asyncio.sleep(3600)
            raise AssertionError

    client = OutboundClient(resolver=SilentNames())
    limits = OutboundLimits(
        resolve_seconds=0.2, connect_seconds=60, first_byte_seconds=60, total_seconds=60
    )

    with pytest.raises(OutboundFailed) as failure:
        await client.request("GET", "http://slow.test/", purpose="tests", limits=limits)
    await client.close()

    assert failure.value.kind == FailureKind.TIMED_OUT


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_closed_port_fails_as_not_connected(client: OutboundClient) -> None:
    with hostile_server() as gone:
        url = gone.url

    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", url, purpose="tests")

    assert failure.value.kind == FailureKind.NOT_CONNECTED


async def test_unknown_name_fails_as_not_resolved(client: OutboundClient) -> None:
    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", "http://no-such-host.invalid/", purpose="tests")

    assert failure.value.kind == FailureKind.NAME_NOT_RESOLVED


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_connection_is_kept(server: HostileServer, client: OutboundClient) -> None:
    for _ in range(3):
        await client.request("POST", server.url, purpose="tests", body=b"x")

    assert server.connections == 1


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_call_carries_the_correlation_of_its_cause(
    server: HostileServer, client: OutboundClient
) -> None:
    context = Context(correlation_id="asked-for-by-a-phone")

    with bound(context):
        await client.request(
            "POST", server.url, purpose="tests", headers={"Content-Type": "text/plain"}
        )

    sent = server.requests[0].headers
    assert sent["x-request-id"] == "asked-for-by-a-phone"
    assert sent["traceparent"].split("-")[1] == context.trace_id
    assert sent["traceparent"].split("-")[2] != context.span_id
    assert sent["content-type"] == "text/plain"


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_proxy_of_the_environment_and_cookies_are_ignored(
    server: HostileServer, client: OutboundClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.behave = answering(200, Set_Cookie="tracked=1; Path=/")

    await client.request("POST", server.url, purpose="tests")
    await client.request("POST", server.url, purpose="tests")

    assert len(server.requests) == 2
    assert "cookie" not in server.requests[1].headers


@pytest.mark.usefixtures("loopback_is_allowed")
async def test_many_calls_at_once_keep_their_timings_apart(
    server: HostileServer, client: OutboundClient
) -> None:
    responses = await asyncio.gather(
        *(client.request("POST", server.url, purpose="tests") for _ in range(50))
    )

    assert {response.status for response in responses} == {200}
    assert all(response.timing.first_byte_ms is not None for response in responses)


def _public_answer(*_: Any, **__: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
