"""Claim, send and record, against a partner on loopback."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from apps.kernel import clock
from apps.resilience import outbound
from apps.webhooks.models import Attempt, Delivery, EndpointSecret, Message
from apps.webhooks.selectors import secret_of
from apps.webhooks.services import deliver_due, draining, recording
from apps.webhooks.signing import shown
from apps.webhooks.types import Answer, Judged, Parcel
from tests.factories.webhooks import (
    DeliveryFactory,
    EndpointFactory,
    MessageFactory,
    SecretFactory,
)
from tests.hostile_server import (
    Behaviour,
    HostileServer,
    answering,
    endless_body,
    hostile_server,
    reset,
    silence,
)

pytestmark = pytest.mark.django_db


def _fall_due() -> None:
    Delivery.objects.filter(state="pending").update(due_at=clock.now())


def _attempts(delivery: Delivery) -> QuerySet[Attempt]:
    return Attempt.objects.filter(delivery=delivery).order_by("number")


def test_due_delivery_arrives_signed_and_is_recorded(partner: HostileServer) -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    assert deliver_due() is False

    (request,) = partner.requests
    secret = secret_of(endpoint_id=delivery.endpoint.public_id)
    verified = Webhook(secret).verify(request.body, request.headers)
    assert verified["type"] == "buildings.building.created"
    assert request.headers["webhook-id"] == str(delivery.message.public_id)
    assert request.headers["x-request-id"] == "correlation-of-the-event"
    assert request.headers["content-type"] == "application/json"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("succeeded", 1)
    assert (delivery.last_status, delivery.last_reason) == (200, "Answered 200.")
    assert delivery.finished_at is not None
    assert delivery.lease_token is None
    attempt = _attempts(delivery).get()
    assert (attempt.number, attempt.status, attempt.outcome) == (1, 200, "succeeded")
    assert attempt.connect_ms is not None
    assert attempt.first_byte_ms is not None
    assert attempt.request_headers["webhook-id"] == str(delivery.message.public_id)


def test_failed_attempt_says_why_and_when_the_next_one_is(partner: HostileServer) -> None:
    partner.behave = answering(500, b"no \x00 database", X_Trace="abc")
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    before = clock.now()

    deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.retries_used, delivery.last_status) == ("pending", 1, 500)
    assert delivery.next_attempt_at is not None
    assert before + timedelta(seconds=24) <= delivery.next_attempt_at
    assert delivery.next_attempt_at <= clock.now() + timedelta(seconds=36)
    attempt = _attempts(delivery).get()
    assert attempt.outcome == "failed"
    assert attempt.next_attempt_at == delivery.next_attempt_at
    assert attempt.reason.startswith("Answered 500. Next attempt in")
    assert bytes(attempt.response_body) == b"no \x00 database"
    assert ["X-Trace", "abc"] in attempt.response_headers
    delivery.endpoint.refresh_from_db()
    assert delivery.endpoint.consecutive_failures == 1
    assert delivery.endpoint.failing_since is not None


def test_delivery_is_tried_six_times_under_one_id_and_given_up(
    partner: HostileServer, settings: Settings
) -> None:
    settings.WEBHOOKS_RETRY_SECONDS = (1, 2, 3, 4, 5)
    partner.behave = answering(500)
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    for _ in range(8):
        _fall_due()
        deliver_due()

    assert len(partner.requests) == 6
    assert {request.headers["webhook-id"] for request in partner.requests} == {
        str(delivery.message.public_id)
    }
    assert len({request.body for request in partner.requests}) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("failed", 6)
    assert delivery.last_reason == "Answered 500. Given up after 6 attempts."
    assert [attempt.number for attempt in _attempts(delivery)] == [1, 2, 3, 4, 5, 6]


def test_partner_that_recovers_gets_it_late(partner: HostileServer) -> None:
    partner.behave = answering(500)
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    deliver_due()

    partner.behave = answering(204)
    _fall_due()
    deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("succeeded", 2)
    delivery.endpoint.refresh_from_db()
    assert delivery.endpoint.consecutive_failures == 0
    assert delivery.endpoint.failing_since is None


def test_nothing_is_sent_before_it_is_due(partner: HostileServer) -> None:
    DeliveryFactory.create(
        endpoint=EndpointFactory.create(url=partner.url),
        due_at=clock.now() + timedelta(seconds=5),
    )

    deliver_due()

    assert partner.requests == []


def test_busy_endpoint_is_left_alone_for_as_long_as_it_asked(partner: HostileServer) -> None:
    partner.behave = answering(429, Retry_After="120")
    endpoint = EndpointFactory.create(url=partner.url)
    first = DeliveryFactory.create(endpoint=endpoint)
    before = clock.now()
    deliver_due()
    second = DeliveryFactory.create(endpoint=endpoint)

    deliver_due()

    assert len(partner.requests) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    endpoint.refresh_from_db()
    assert first.due_at is not None
    wish = timedelta(seconds=120)
    assert before + wish <= first.due_at <= clock.now() + wish
    assert second.attempt_count == 0
    assert endpoint.paused_until is not None


def test_long_wish_pauses_one_delivery_but_not_its_endpoint_for_long(
    partner: HostileServer,
) -> None:
    partner.behave = answering(503, Retry_After="90000")
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    before = clock.now()

    deliver_due()

    delivery.refresh_from_db()
    delivery.endpoint.refresh_from_db()
    assert delivery.due_at is not None
    assert delivery.endpoint.paused_until is not None
    longest = timedelta(days=1)
    assert before + longest <= delivery.due_at <= clock.now() + longest
    assert delivery.endpoint.paused_until <= clock.now() + timedelta(minutes=10)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_a_failure_and_never_followed(partner: HostileServer, status: int) -> None:
    with hostile_server() as elsewhere:
        partner.behave = answering(status, Location=elsewhere.url)
        delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

        deliver_due()

        assert elsewhere.requests == []
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert "redirects are not followed" in delivery.last_reason


@pytest.mark.parametrize(
    ("behave", "error"), [(reset, "disconnected"), (silence, "timed_out")], ids=["reset", "silence"]
)
def test_broken_answer_is_a_failure_with_its_reason(
    partner: HostileServer, monkeypatch: pytest.MonkeyPatch, behave: Behaviour, error: str
) -> None:
    if error == "timed_out":
        monkeypatch.setattr(outbound, "TOTAL_SECONDS", 0.3)
    partner.behave = behave
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_status) == ("pending", None)
    attempt = _attempts(delivery).get()
    assert (attempt.error, attempt.status) == (error, None)


def test_closed_port_is_a_failure_with_its_reason() -> None:
    with hostile_server() as gone:
        url = gone.url
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=url))

    deliver_due()

    assert _attempts(delivery).get().error == "not_connected"


def test_no_more_than_16_kib_of_an_answer_are_kept(partner: HostileServer) -> None:
    partner.behave = endless_body
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    deliver_due()

    attempt = _attempts(delivery).get()
    assert attempt.outcome == "succeeded"
    assert attempt.is_cut
    assert len(attempt.response_body) == 16_384


def test_hostile_headers_are_kept_bounded_and_harm_nobody(partner: HostileServer) -> None:
    odd = {f"X-{number}": "v" * 4000 for number in range(60)}
    partner.behave = answering(200, b"", X_Bytes="\u00ff\u00fe", X_Emoji="\U0001f600", **odd)
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    deliver_due()

    attempt = _attempts(delivery).get()
    assert len(attempt.response_headers) == 50
    assert all(len(value) <= 500 for _, value in attempt.response_headers)


def test_hostile_retry_after_harms_nobody(partner: HostileServer) -> None:
    partner.behave = answering(500, Retry_After="Sat, 21 Nov 99999999999 12:01:30 GMT")
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("pending", 1)


def test_event_beyond_256_kib_is_not_sent_and_says_why(partner: HostileServer) -> None:
    delivery = DeliveryFactory.create(
        endpoint=EndpointFactory.create(url=partner.url),
        message=MessageFactory.create(body=b"x" * (256 * 1024 + 1)),
    )

    deliver_due()

    assert partner.requests == []
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert delivery.last_reason.startswith("The event is 262145 bytes, more than the 262144")


def test_nothing_is_sent_unsigned(partner: HostileServer) -> None:
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))
    EndpointSecret.objects.update(ciphertext="k1.broken")

    deliver_due()

    assert partner.requests == []
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert "unsigned" in delivery.last_reason


def test_every_living_secret_signs_and_an_expired_one_does_not(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url, secret=None)
    kept, replaced, expired = (bytes([number]) * 32 for number in (1, 2, 3))
    SecretFactory.create(
        endpoint=endpoint, secret=expired, expires_at=clock.now() - timedelta(seconds=1)
    )
    SecretFactory.create(
        endpoint=endpoint, secret=replaced, expires_at=clock.now() + timedelta(hours=1)
    )
    SecretFactory.create(endpoint=endpoint, secret=kept)
    DeliveryFactory.create(endpoint=endpoint)

    deliver_due()

    (request,) = partner.requests
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    for secret in (kept, replaced):
        assert Webhook(shown(secret)).verify(request.body, request.headers)


def test_address_that_is_not_public_is_refused_when_it_is_dialled(
    partner: HostileServer, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    delivery = DeliveryFactory.create(endpoint=EndpointFactory.create(url=partner.url))

    deliver_due()

    assert partner.connections == 0
    attempt = _attempts(delivery).get()
    assert attempt.error == "forbidden_address"
    assert "127.0.0.1" not in attempt.reason


def test_disabled_endpoint_is_sent_nothing(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url, state="disabled")
    DeliveryFactory.create(endpoint=endpoint)

    deliver_due()

    assert partner.requests == []


def test_silent_endpoint_does_not_hold_up_the_others(
    partner: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 5.5)
    with hostile_server() as silent:
        silent.behave = silence
        for url in (silent.url, partner.url):
            endpoint = EndpointFactory.create(url=url)
            for _ in range(100):
                DeliveryFactory.create(endpoint=endpoint)

        is_more_due = deliver_due(seconds=5)

        assert is_more_due
        assert len(partner.requests) == 100
        # It holds its first window and no more; what was not begun is due again.
        assert len(silent.requests) <= 40
    assert Delivery.objects.filter(state="succeeded").count() == 100
    assert not Delivery.objects.exclude(lease_token=None).exists()


def test_answer_that_breaks_the_recording_stops_nobody_else(
    partner: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = EndpointFactory.create(url=partner.url)
    good, bad = DeliveryFactory.create(endpoint=endpoint), DeliveryFactory.create(endpoint=endpoint)
    judge = recording.judge

    def breaking(delivered: Sequence[tuple[Parcel, Answer]]) -> list[Judged]:
        if any(p.delivery_id == bad.id and a.status for p, a in delivered):
            raise ValueError("an answer nobody thought of")
        return judge(delivered)

    monkeypatch.setattr(draining, "judge", breaking)

    deliver_due()

    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.state == "succeeded"
    assert bad.state == "pending"
    assert bad.last_reason.startswith("The answer could not be recorded.")


def test_thousand_deliveries_arrive_once_each(partner: HostileServer) -> None:
    endpoint = EndpointFactory.create(url=partner.url)
    messages = [MessageFactory.build() for _ in range(1000)]
    Message.objects.bulk_create(messages)
    Delivery.objects.bulk_create(
        Delivery(message=m, endpoint=endpoint, owner=endpoint.owner, due_at=clock.now())
        for m in messages
    )

    deliver_due()

    received = [request.headers["webhook-id"] for request in partner.requests]
    assert sorted(received) == sorted(str(m.public_id) for m in messages)
    assert Delivery.objects.filter(state="succeeded").count() == 1000
    assert Attempt.objects.filter(delivery__endpoint=endpoint).count() == 1000
