"""Sending: once per sender and key, and nothing that could not be said or has nobody to go to."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.api.errors import IdempotencyKeyReused
from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.kernel.context import Context, bound
from apps.kernel.errors import AppError, Invalid
from apps.notifications.errors import (
    ContentTooLarge,
    MissingVariables,
    TemplateRefused,
    UnknownCategory,
    UnknownRecipient,
    UnknownSegment,
    UnknownTemplate,
)
from apps.notifications.models import Notification, Template
from apps.notifications.services import save_template, send_notification
from apps.notifications.types import Channel, Target, TargetKind, TemplateTexts, Text
from tests.apps.notifications.asking import TEXTS, ask, category, to

pytestmark = pytest.mark.django_db


def greeting(**changes: Any) -> None:
    """Save a template that greets by name."""
    texts = {("", "en"): Text(title="Hello {{ name }}", body="How are you?")}
    words: dict[str, Any] = {"key": "hello", "category": "news", "texts": texts}
    save_template(TemplateTexts(**{**words, "variables": {"name": "Ada"}, **changes}))


def test_same_key_and_words_are_one_notification(owner: User) -> None:
    category()
    asked: dict[str, Any] = {
        "sender": "test",
        "idempotency_key": "7",
        "category": "news",
        "texts": TEXTS,
        "target": to(owner),
        "scheduled_at": datetime(2030, 1, 1, tzinfo=UTC),
    }

    first = send_notification(**asked)
    there = datetime(2030, 1, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    second = send_notification(**{**asked, "scheduled_at": there})
    others = send_notification(**{**asked, "sender": "another"})

    assert (first.is_new, second.is_new, others.is_new) == (True, False, True)
    assert first.notification_id == second.notification_id != others.notification_id
    told = latest_events(limit=9, topic_prefix="notifications.notification.requested")
    assert [event.payload["notification_id"] for event in told] == [
        str(first.notification_id),
        str(others.notification_id),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"texts": {"en": Text(title="Other words")}},
        {"data": {"more": "1"}},
        {"ttl_seconds": 60},
        {"channels": [Channel.PUSH]},
        {"scheduled_at": datetime(2030, 1, 1, tzinfo=UTC)},
        {"collapse_id": "lift"},
    ],
)
def test_same_key_with_something_else_is_refused(owner: User, change: dict[str, Any]) -> None:
    category()
    ask(owner, idempotency_key="7")

    with pytest.raises(IdempotencyKeyReused, match="'7'"):
        ask(owner, idempotency_key="7", **change)

    assert Notification.objects.count() == 1


def test_key_is_known_although_the_template_is_gone_since(owner: User) -> None:
    category()
    greeting()
    said = {"texts": None, "template": "hello", "variables": {"name": "Olga"}}
    first = ask(owner, category=None, idempotency_key="7", **said)
    Template.objects.all().delete()

    assert ask(owner, category=None, idempotency_key="7", **said) == first


def test_template_brings_its_category(owner: User) -> None:
    category()
    greeting()

    asked = ask(owner, category=None, texts=None, template="hello", variables={"name": "Olga"})

    assert (asked.category, asked.template) == ("news", "hello")


def test_it_carries_the_correlation_of_who_asked(owner: User) -> None:
    category()

    with bound(Context(correlation_id="request-7")):
        asked = ask(owner)

    assert asked.correlation_id == "request-7"
    assert asked.traceparent.startswith("00-")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_for_if_the_caller_fails(owner: User) -> None:
    category()

    with transaction.atomic():
        ask(owner)
        transaction.set_rollback(True)

    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"category": "nothing"}, UnknownCategory, "'nothing'"),
        ({"texts": None, "template": "nothing"}, UnknownTemplate, "'nothing'"),
        ({"texts": None, "template": "hello"}, MissingVariables, "name"),
        ({"texts": None}, Invalid, "template or in texts"),
        ({"template": "hello"}, Invalid, "template or in texts"),
        ({"category": None}, Invalid, "Name the category"),
        ({"channels": []}, Invalid, "Name a channel"),
        ({"ttl_seconds": 0}, Invalid, "1 second"),
        ({"ttl_seconds": 10**8}, Invalid, "28 days"),
        ({"idempotency_key": ""}, Invalid, "key of its own"),
        ({"data": {"google.x": "1"}}, Invalid, "google.x"),
        ({"data": {"x": "y" * 5000}}, ContentTooLarge, "4,096"),
        ({"texts": {"en": Text(title="{{ broken")}}, TemplateRefused, "placeholder"),
        ({"is_silent": True, "data": {"x": "1"}}, Invalid, "shows nothing"),
        ({"is_silent": True, "texts": None}, Invalid, "needs data"),
        (
            {"is_silent": True, "texts": None, "data": {"x": "1"}, "channels": [Channel.EMAIL]},
            Invalid,
            "push alone",
        ),
        ({"target": Target(kind=TargetKind.USERS)}, Invalid, "1 to 10,000"),
        ({"target": Target(kind=TargetKind.TOPIC, name="No topic")}, Invalid, "a-z"),
        ({"target": Target(kind=TargetKind.SEGMENT, name="x")}, UnknownSegment, "people"),
        (
            {"target": Target(kind=TargetKind.SEGMENT, name="people", arguments={"age": ["7"]})},
            Invalid,
            "tiers",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once_with_what_is_wrong(
    owner: User, change: dict[str, Any], error: type[AppError], says: str
) -> None:
    category()
    greeting()

    with pytest.raises(error, match=says):
        ask(owner, **change)

    assert not Notification.objects.exists()


def test_channel_without_words_is_refused_where_it_was_asked_for(owner: User) -> None:
    category()
    greeting(texts={("email", "en"): Text(title="Hello {{ name }}")})
    said = {"category": None, "texts": None, "template": "hello", "variables": {"name": "Olga"}}

    with pytest.raises(TemplateRefused, match="push"):
        ask(owner, channels=[Channel.PUSH], **said)

    assert ask(owner, **said)


def test_unknown_people_are_named(owner: User) -> None:
    category()
    nobody = uuid4()
    target = Target(kind=TargetKind.USERS, user_ids=(owner.public_id, nobody))

    with pytest.raises(UnknownRecipient, match=str(nobody)) as refusal:
        ask(target=target)

    assert refusal.value.errors == [{"field": "user_ids", "code": "unknown", "detail": str(nobody)}]


def test_it_is_due_now_unless_said_otherwise(owner: User) -> None:
    category()
    later = clock.now() + timedelta(days=3)

    assert ask(owner).scheduled_at <= clock.now()
    assert ask(owner, scheduled_at=later).scheduled_at == later
