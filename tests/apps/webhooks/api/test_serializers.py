"""What clients may send, and how rows look to them."""

from typing import Any

import pytest

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.webhooks.api.serializers import AttemptOut, DeliveryOut, EndpointIn, EndpointOut
from apps.webhooks.models import Attempt
from tests.factories.webhooks import DeliveryFactory, EndpointFactory


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "url"),
        ({"url": "https://a.example/", "secret": "whsec_x"}, "secret"),
        ({"url": "https://a.example/", "description": "x" * 201}, "description"),
        ({"url": "https://a.example/", "event_types": [1, {}]}, "event_types"),
        ({"url": "https://a.example/", "headers": ["X-A"]}, "headers"),
        ({"url": "https://a.example/", "headers": {"X-A": {}}}, "headers"),
        ({"url": "https://a.example/", "rate_per_second": 0}, "rate_per_second"),
        ({"url": "https://a.example/", "rate_per_second": 1001}, "rate_per_second"),
        ({"url": "https://a.example/", "is_ordered": None}, "is_ordered"),
    ],
)
def test_unacceptable_input_is_named(body: dict[str, Any], wrong: str) -> None:
    parsed = EndpointIn(data=body)

    assert not parsed.is_valid()
    assert list(parsed.errors) == [wrong]


@pytest.mark.django_db
def test_endpoint_shows_neither_owner_nor_secret() -> None:
    shown = EndpointOut(EndpointFactory.create()).data

    assert not {"owner", "secret", "secrets"} & set(shown)


@pytest.mark.django_db
def test_headers_are_shown_masked() -> None:
    endpoint = EndpointFactory.create(header_names=["Authorization"], sealed_headers="kid.abc")

    assert EndpointOut(endpoint).data["headers"] == {"Authorization": "********"}


@pytest.mark.django_db
def test_next_attempt_is_not_told_while_a_worker_is_at_it() -> None:
    waiting, leased = DeliveryFactory.create(), DeliveryFactory.create(lease_token=new_id())

    assert DeliveryOut(waiting).data["next_attempt_at"] is not None
    assert DeliveryOut(leased).data["next_attempt_at"] is None


def test_body_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    attempt = Attempt(
        number=1,
        started_at=clock.now(),
        duration_ms=1.0,
        request_headers={},
        response_headers=[["A", "b"]],
        response_body=b"caf\xc3\xa9 \xff\x00",
        is_cut=False,
        outcome="failed",
        error="",
        reason="",
    )

    assert AttemptOut(attempt).data["response_body"] == "café \ufffd\x00"
