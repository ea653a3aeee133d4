"""Explaining: from the first step to the provider's reply, in words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.notifications.models import Delivery, Notification, QuietHours, Recipient
from apps.notifications.selectors import explanation
from apps.notifications.services import cancel_notification, release_due
from apps.notifications.types import Channel, Explanation, PushService, Ruling, Step
from tests.apps.notifications.asking import ask, category, send
from tests.factories.notifications import RegistrationFactory

pytestmark = pytest.mark.django_db


def explained(asked: Notification, user: User) -> Explanation:
    return explanation(notification_id=asked.public_id, user_id=user.public_id)


def test_it_tells_every_step_and_what_came_of_it(owner: User) -> None:
    category(channels=["push", "inbox"])
    device = RegistrationFactory.create(user=owner)
    asked = send(owner)
    Delivery.objects.filter(channel="push").update(
        state="failed", due_at=None, last_code="QUOTA_EXCEEDED", last_reason="Too many."
    )
    delivery = Delivery.objects.get(channel="push")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_attempt (delivery_id, number, started_at, duration_ms, "
            "status, code, reason, provider_id, outcome) "
            "VALUES (%s, 1, now(), 12.5, 429, 'QUOTA_EXCEEDED', 'Too many.', '', 'failed')",
            [delivery.pk],
        )

    told = explained(asked, owner)

    assert told.state == "sent"
    assert [(each.channel, each.step, each.ruling) for each in told.decisions] == [
        (Channel.PUSH, Step.ADDRESS, Ruling.PASSED),
        (Channel.PUSH, Step.PREFERENCE, Ruling.PASSED),
        (Channel.EMAIL, Step.ADDRESS, Ruling.PASSED),
        (Channel.EMAIL, Step.PREFERENCE, Ruling.SUPPRESSED),
        (Channel.INBOX, Step.ADDRESS, Ruling.PASSED),
        (Channel.INBOX, Step.PREFERENCE, Ruling.PASSED),
    ]
    assert told.summary == (
        "Push by Firebase Cloud Messaging failed (Too many). Inbox was taken. "
        "E-mail: “News” is not sent by e-mail, and nobody asked for it."
    )
    pushed = next(each for each in told.deliveries if each.channel is Channel.PUSH)
    assert (pushed.device, pushed.service) == (device.public_id, PushService.FCM)
    assert [each.code for each in pushed.attempts] == ["QUOTA_EXCEEDED"]


def test_what_waits_says_until_when(owner: User) -> None:
    category(channels=["email"])
    now = clock.now()
    QuietHours.objects.create(
        user=owner,
        starts_at=(now - timedelta(hours=1)).time(),
        ends_at=(now + timedelta(hours=1)).time(),
    )

    told = explained(send(owner), owner)

    assert told.state == "waiting"
    assert "It waits, and is decided again at" in told.summary
    assert "The person wants quiet now" in told.summary
    waiting = next(each for each in told.decisions if each.ruling is Ruling.WAITS)
    assert waiting.until is not None
    assert abs(waiting.until - (now + timedelta(hours=1))) < timedelta(seconds=2)


def test_what_was_gathered_shows_what_was_told_at_once(owner: User) -> None:
    category(channels=["inbox"], digest_seconds=600)
    first, last = send(owner), send(owner)
    Recipient.objects.update(due_at=clock.now())
    release_due()

    for asked in (first, last):
        told = explained(asked, owner)
        assert told.state == "sent"
        assert [each.channel for each in told.deliveries] == [Channel.INBOX]


def test_who_is_no_recipient_is_told_why(owner: User, stranger: User) -> None:
    category()
    later = ask(owner, scheduled_at=clock.now() + timedelta(hours=1))
    assert "is decided then" in explained(later, owner).summary
    cancel_notification(notification_id=later.public_id)
    assert "cancelled before" in explained(later, owner).summary

    told = explained(send(owner), stranger)

    assert told.state == "no_recipient"
    assert "not among those it was for (users)" in told.summary


def test_nothing_there_is_not_found(owner: User) -> None:
    category()
    asked = ask(owner)

    with pytest.raises(NotFound):
        explanation(notification_id=uuid4(), user_id=owner.public_id)
    nobody = explanation(notification_id=asked.public_id, user_id=uuid4())
    assert (nobody.state, nobody.summary) == (
        "no_recipient",
        "Nobody has this id, or not any more.",
    )
