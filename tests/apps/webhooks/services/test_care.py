"""Endpoints that fail for days: their owners are warned, they are disabled, and mailed once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from pytest_django.fixtures import Settings

from apps.kernel import clock
from apps.webhooks.models import Endpoint
from apps.webhooks.services import care, enable_endpoint, look_after_endpoints
from apps.webhooks.types import Notice
from tests.apps.webhooks.conftest import told_of, topics_of
from tests.factories.accounts import UserFactory
from tests.factories.webhooks import DeliveryFactory, EndpointFactory

pytestmark = pytest.mark.django_db


def _failing(days: float, **fields: Any) -> Endpoint:
    """An endpoint whose attempts have all failed for so long."""
    moment = clock.now()
    return EndpointFactory.create(
        url="https://hooks.example.com/secret-path",
        consecutive_failures=50,
        failing_since=moment - timedelta(days=days),
        last_failed_at=moment,
        **fields,
    )


def test_owner_is_warned_once_after_a_day_of_failures() -> None:
    endpoint = _failing(1.1)

    for _ in range(3):
        look_after_endpoints()

    (told,) = told_of(endpoint.public_id)
    assert told.topic == "webhooks.endpoint.failing"
    assert told.audience == (f"user:{endpoint.owner.public_id}",)
    (message,) = mail.outbox
    assert message.to == [endpoint.owner.email]
    assert message.subject == "Your webhook endpoint on hooks.example.com is failing"
    assert "50 in a row" in message.body
    assert "secret-path" not in message.body
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.owed_notice) == ("enabled", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"failing_since": clock.now() - timedelta(hours=23), "last_failed_at": clock.now()},
        # Its only failures are long ago, and it has been sent nothing since.
        {
            "failing_since": clock.now() - timedelta(days=9),
            "last_failed_at": clock.now() - timedelta(days=8, hours=22),
        },
        {},
    ],
    ids=["not_for_a_day", "long_ago", "never"],
)
def test_nobody_is_warned_of_what_is_no_long_failure(fields: dict[str, Any]) -> None:
    endpoint = EndpointFactory.create(**fields)

    look_after_endpoints()

    assert topics_of(endpoint.public_id) == []
    assert mail.outbox == []


def test_endpoint_that_fails_for_five_days_is_disabled_and_its_owner_mailed() -> None:
    endpoint = _failing(5.1, warned_at=clock.now() - timedelta(days=4))
    delivery = DeliveryFactory.create(endpoint=endpoint)

    for _ in range(2):
        look_after_endpoints()

    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_by) == ("disabled", "failing")
    assert delivery.state == "cancelled"
    (told,) = told_of(endpoint.public_id)
    assert (told.topic, told.payload["by"]) == ("webhooks.endpoint.disabled", "failing")
    (message,) = mail.outbox
    assert message.subject == "Your webhook endpoint on hooks.example.com was disabled"
    assert "every attempt has failed since" in message.body


def test_days_until_an_endpoint_is_disabled_are_a_setting(settings: Settings) -> None:
    settings.WEBHOOKS_DISABLE_AFTER_DAYS = 2
    endpoint = _failing(2.1)

    look_after_endpoints()

    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"


def test_enabling_again_begins_anew() -> None:
    endpoint = _failing(6, trips=7, paused_until=clock.now() + timedelta(minutes=15))
    look_after_endpoints()

    enable_endpoint(endpoint_id=endpoint.public_id)
    look_after_endpoints()

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.trips, endpoint.paused_until) == ("enabled", 0, None)
    assert (endpoint.failing_since, endpoint.warned_at) == (None, None)
    assert len(mail.outbox) == 1


def test_mail_that_cannot_be_sent_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(1.1)
    monkeypatch.setattr(care, "send_mail", _raising(SMTPServerDisconnected()))
    look_after_endpoints()
    assert Endpoint.objects.get().owed_notice == Notice.FAILING

    monkeypatch.undo()
    look_after_endpoints()

    assert len(mail.outbox) == 1
    assert Endpoint.objects.get().owed_notice == ""


def test_mail_server_that_is_down_is_not_asked_for_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(6):
        _failing(1.1)
    asked: list[object] = []
    monkeypatch.setattr(care, "send_mail", _raising(ConnectionRefusedError(), asked))

    look_after_endpoints()

    assert len(asked) == 3


def test_address_that_is_refused_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(1.1)
    monkeypatch.setattr(care, "send_mail", _raising(SMTPRecipientsRefused({})))

    look_after_endpoints()

    assert Endpoint.objects.get().owed_notice == ""


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_owner_who_cannot_be_mailed_is_owed_nothing(fields: dict[str, Any]) -> None:
    _failing(1.1, owner=UserFactory.create(**fields))

    look_after_endpoints()

    assert mail.outbox == []
    assert Endpoint.objects.get().owed_notice == ""


@pytest.mark.django_db(transaction=True)
def test_processes_at_the_same_time_mail_once() -> None:
    for _ in range(5):
        _failing(1.1)
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait()
        look_after_endpoints()
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(run) for _ in range(4)]:
            done.result()
    look_after_endpoints()

    assert len(mail.outbox) == 5


def _raising(error: Exception, asked: list[object] | None = None) -> Any:
    def send_mail(*about: object) -> None:
        if asked is not None:
            asked.append(about)
        raise error

    return send_mail
