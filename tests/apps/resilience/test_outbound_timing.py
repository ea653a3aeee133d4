"""Each step of a call is timed, the handshake included; certificates are verified."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.resilience.errors import OutboundFailed
from apps.resilience.outbound import OutboundClient
from apps.resilience.types import FailureKind
from tests.certificates import self_signed
from tests.hostile_server import HostileServer, hostile_server


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path / "server.pem", host="localhost")


@pytest.fixture
def server(certificate: Path) -> Iterator[HostileServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with hostile_server(tls=tls) as running:
        yield running


async def test_steps_are_timed_once_per_connection() -> None:
    client = OutboundClient()
    with hostile_server() as plain:
        url = f"http://localhost:{plain.port}/"

        first = await client.request("POST", url, purpose="tests", body=b"1")
        second = await client.request("POST", url, purpose="tests", body=b"2")
    await client.close()

    assert first.timing.dns_ms is not None
    assert first.timing.connect_ms is not None
    assert first.timing.tls_ms is None
    assert (second.timing.dns_ms, second.timing.connect_ms) == (None, None)
    for timing in (first.timing, second.timing):
        assert timing.first_byte_ms is not None
        assert 0 < timing.first_byte_ms <= timing.total_ms


async def test_call_that_fails_tells_how_far_it_came() -> None:
    client = OutboundClient()
    with hostile_server() as gone:
        url = f"http://localhost:{gone.port}/"

    with pytest.raises(OutboundFailed) as failure:
        await client.request("POST", url, purpose="tests")
    await client.close()

    timing = failure.value.timing
    assert timing.dns_ms is not None
    assert (timing.connect_ms, timing.first_byte_ms) == (None, None)


async def test_handshake_is_timed_apart_from_the_connection(
    server: HostileServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = OutboundClient()

    first = await client.request(
        "POST", f"https://localhost:{server.port}/", purpose="tests", body=b"1"
    )
    second = await client.request(
        "POST", f"https://localhost:{server.port}/", purpose="tests", body=b"2"
    )
    await client.close()

    assert first.status == 200
    assert first.timing.connect_ms is not None
    assert first.timing.tls_ms is not None
    assert second.timing.tls_ms is None


async def test_certificate_that_nobody_vouches_for_is_refused(server: HostileServer) -> None:
    client = OutboundClient()

    with pytest.raises(OutboundFailed) as failure:
        await client.request(
            "POST", f"https://localhost:{server.port}/", purpose="tests", body=b"secret"
        )
    await client.close()

    assert failure.value.kind == FailureKind.TLS_FAILED
    assert server.requests == []


async def test_certificate_of_another_host_is_refused(
    server: HostileServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = OutboundClient()

    with pytest.raises(OutboundFailed) as failure:
        await client.request(
            "POST", f"https://127.0.0.1:{server.port}/", purpose="tests", body=b"secret"
        )
    await client.close()

    assert failure.value.kind == FailureKind.TLS_FAILED
    assert server.requests == []
