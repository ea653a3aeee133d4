"""Carrying parcels: many at once, few per host, and an answer for every one."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks import courier as courier_module
from apps.webhooks.courier import IN_FLIGHT_PER_HOST, Courier, Delivered
from apps.webhooks.types import Parcel
from devstack.waiting import wait_until
from tests.hostile_server import HostileServer, silence
from tests.log_lines import LogLines


def _parcel(url: str, **fields: Any) -> Parcel:
    about: dict[str, Any] = {
        "delivery_id": 1,
        "occurred_at": clock.now(),
        "lease_token": new_id(),
        "leased_until": clock.now() + timedelta(seconds=60),
        "endpoint_id": 1,
        "url": url,
        "secrets": (b"s" * 32,),
        "message_id": new_id(),
        "topic": "a.b.c",
        "body": b"{}",
        "correlation_id": "from-the-phone",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "attempt_number": 1,
        "retries_used": 0,
        **fields,
    }
    return Parcel(**about)


def _collect(courier: Courier, count: int) -> list[Delivered]:
    done: list[Delivered] = []
    while len(done) < count:
        done += courier.collect(wait_seconds=5, gather_seconds=0, most=count)
    return done


def test_every_parcel_comes_back_with_its_answer(partner: HostileServer) -> None:
    parcels = [_parcel(partner.url) for _ in range(50)]

    with Courier() as courier:
        courier.send(parcels)
        done = _collect(courier, 50)

    assert {parcel.message_id for parcel, _ in done} == {parcel.message_id for parcel in parcels}
    assert all(answer and answer.status == 200 for _, answer in done)


def test_headers_of_the_owner_are_sent_but_recorded_masked(partner: HostileServer) -> None:
    parcel = _parcel(
        partner.url, headers=(("Authorization", "Bearer secret"), ("Content-Type", "text/plain"))
    )

    with Courier() as courier:
        courier.send([parcel])
        ((_, answer),) = _collect(courier, 1)

    (request,) = partner.requests
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["content-type"] == "application/json"
    assert answer
    assert answer.request_headers["Authorization"] == "********"
    assert "secret" not in str(answer.request_headers)


def test_signatures_of_the_platform_are_sent_beside_the_others(partner: HostileServer) -> None:
    private = Ed25519PrivateKey.generate()

    with Courier() as courier:
        courier.send([_parcel(partner.url, signers=(private.sign,))])
        _collect(courier, 1)

    sent = partner.requests[0]
    content = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode()
    signature = sent.headers["webhook-signature"].split()[1].removeprefix("v1a,")
    private.public_key().verify(b64decode(signature), content + sent.body)


def test_parcel_with_a_time_is_not_sent_before(partner: HostileServer) -> None:
    send_at = clock.now() + timedelta(seconds=0.3)

    with Courier() as courier:
        courier.send([_parcel(partner.url, send_at=send_at)])
        ((_, answer),) = _collect(courier, 1)

    assert answer
    assert answer.started_at >= send_at


def test_request_continues_the_trace_of_the_event(partner: HostileServer) -> None:
    with Courier() as courier:
        courier.send([_parcel(partner.url)])
        _collect(courier, 1)

    sent = partner.requests[0].headers
    assert sent["x-request-id"] == "from-the-phone"
    assert sent["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")


def test_no_more_are_in_flight_per_host_than_it_may_be_asked(partner: HostileServer) -> None:
    partner.behave = silence
    with Courier() as courier:
        courier.send([_parcel(partner.url) for _ in range(IN_FLIGHT_PER_HOST + 10)])

        assert wait_until(lambda: len(partner.requests) >= IN_FLIGHT_PER_HOST, seconds=30)
        assert courier.collect(wait_seconds=0.2, gather_seconds=0, most=1) == []
        assert len(partner.requests) == IN_FLIGHT_PER_HOST


def test_parcel_whose_lease_is_about_to_end_comes_back_unsent(partner: HostileServer) -> None:
    with Courier() as courier:
        courier.send([_parcel(partner.url, leased_until=clock.now() + timedelta(seconds=19))])
        [(_, answer)] = _collect(courier, 1)

    assert answer is None
    assert partner.requests == []


def test_closed_courier_begins_nothing_more(partner: HostileServer) -> None:
    with Courier() as courier:
        courier.close()
        courier.send([_parcel(partner.url)])
        [(_, answer)] = _collect(courier, 1)

    assert answer is None
    assert partner.requests == []


def test_fault_of_ours_is_an_answer_too(
    partner: HostileServer, monkeypatch: pytest.MonkeyPatch, log_lines: LogLines
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(courier_module, "_headers", broken)

    with Courier() as courier:
        courier.send([_parcel(partner.url)])
        [(_, answer)] = _collect(courier, 1)

    assert answer is not None
    assert (answer.status, answer.error) == (None, "RuntimeError")
    assert answer.detail == "Something broke on our side."
    (line,) = log_lines.read("delivery.broken")
    assert line["correlation_id"] == "from-the-phone"
