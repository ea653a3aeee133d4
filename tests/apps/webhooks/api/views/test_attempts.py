"""The decision trace: every attempt with where its time went, and why it ended as it did."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.webhooks.services import deliver_due, update_endpoint
from tests.certificates import self_signed
from tests.factories.webhooks import DeliveryFactory, EndpointFactory
from tests.hostile_server import HostileServer, answering, hostile_server
from tests.people import client_of


def _traced(owner: User, url: str) -> Any:
    endpoint = EndpointFactory.create(owner=owner, url=url)
    delivery = DeliveryFactory.create(endpoint=endpoint)
    deliver_due()
    answer = client_of(owner).get(f"/api/v1/webhooks/deliveries/{delivery.public_id}/attempts/")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_retry_says_why_and_when(owner: User, partner: HostileServer) -> None:
    partner.behave = answering(503, b"busy", Retry_After="90")

    trace = _traced(owner, partner.url)

    (attempt,) = trace["items"]
    assert (attempt["number"], attempt["status"], attempt["outcome"]) == (1, 503, "failed")
    assert attempt["reason"] == "Answered 503. Next attempt in 90 s, as Retry-After asked."
    assert attempt["next_attempt_at"] == trace["next_attempt_at"]
    assert attempt["response_body"] == "busy"
    assert attempt["connect_ms"] >= 0
    assert attempt["first_byte_ms"] >= 0
    assert attempt["tls_ms"] is None
    assert attempt["duration_ms"] >= attempt["first_byte_ms"]


def test_refused_connection_has_no_first_byte(owner: User) -> None:
    with hostile_server() as server:
        url = server.url

    (attempt,) = _traced(owner, url)["items"]

    assert (attempt["status"], attempt["error"]) == (None, "not_connected")
    assert attempt["first_byte_ms"] is None
    assert attempt["reason"].startswith("The host refused the connection")


@pytest.fixture
def distrusted(tmp_path: Path) -> Iterator[HostileServer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(self_signed(tmp_path / "server.pem", host="localhost"))
    with hostile_server(tls=tls) as server:
        yield server


def test_distrusted_certificate_is_named(owner: User, distrusted: HostileServer) -> None:
    (attempt,) = _traced(owner, f"https://localhost:{distrusted.port}/hook")["items"]

    assert (attempt["status"], attempt["error"]) == (None, "tls_failed")
    assert attempt["reason"].startswith("TLS failed")
    assert attempt["dns_ms"] >= 0
    assert attempt["first_byte_ms"] is None


def test_slow_answer_is_time_to_the_first_byte(owner: User, partner: HostileServer) -> None:
    quick = answering(200)

    async def behave(request: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        await quick(request, writer)

    partner.behave = behave

    trace = _traced(owner, partner.url)

    (attempt,) = trace["items"]
    assert attempt["first_byte_ms"] >= 300
    assert (attempt["reason"], trace["next_attempt_at"]) == ("Answered 200.", None)


def test_headers_of_the_owner_are_masked(owner: User, partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(owner=owner, url=partner.url)
    update_endpoint(endpoint_id=endpoint.public_id, headers={"X-Api-Key": "open-sesame"})
    delivery = DeliveryFactory.create(endpoint=endpoint)

    deliver_due()

    shown = client_of(owner).get(f"/api/v1/webhooks/deliveries/{delivery.public_id}/attempts/")
    assert partner.requests[0].headers["x-api-key"] == "open-sesame"
    assert "X-Api-Key" in shown.json()["items"][0]["request_headers"]
    assert "open-sesame" not in shown.content.decode()
