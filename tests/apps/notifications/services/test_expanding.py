"""Expanding: everybody once, in batches, whatever dies in between."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.kernel import clock
from apps.notifications.models import (
    Delivery,
    InboxItem,
    Notification,
    Preference,
    QuietHours,
    Recipient,
)
from apps.notifications.services import expanding, subscribe_to_topic
from apps.notifications.services.expanding import expand_batch, expand_due
from apps.notifications.types import Channel, NotificationState, Target, TargetKind, Text
from tests.apps.notifications.asking import (
    ask,
    category,
    channels_sent,
    last_rulings,
    recipient_of,
    send,
    shown_to,
    titles_in_inbox,
)
from tests.factories.accounts import UserFactory
from tests.factories.notifications import AccountFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def crowd(number: int) -> list[User]:
    """Make many users with as few statements as can be."""
    return User.objects.bulk_create(User(email=f"{uuid4()}@example.com") for _ in range(number))


def test_person_is_sent_it_wherever_they_can_be_reached(owner: User) -> None:
    category()
    RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner, retired_at=clock.now())

    asked = send(owner)

    recipient = recipient_of(asked, owner)
    assert asked.state == NotificationState.EXPANDED
    assert asked.finished_at is not None
    assert asked.recipient_count == 1
    assert (recipient.state, recipient.language) == ("sent", "en")
    assert channels_sent(recipient) == ["email", "inbox", "push", "push"]
    assert titles_in_inbox(owner) == ["The lift works again"]
    pushed = Delivery.objects.filter(channel="push").first()
    assert pushed is not None
    assert pushed.state == "queued"
    assert pushed.due_at is not None
    assert pushed.registration is not None
    assert pushed.account_id == pushed.registration.account_id
    laid = Delivery.objects.get(channel="inbox")
    assert (laid.state, laid.due_at) == ("accepted", None)


def test_why_it_is_not_sent_is_kept(owner: User, teammate: User) -> None:
    category(channels=[Channel.PUSH])
    User.objects.filter(pk=teammate.pk).update(is_active=False)

    asked = send(owner, teammate)

    for user in (owner, teammate):
        recipient = recipient_of(asked, user)
        assert recipient.state == "suppressed"
        assert channels_sent(recipient) == []
        assert last_rulings(recipient)["push"] == ("address", "suppressed")
    assert not InboxItem.objects.exists()


def test_everybody_reads_it_in_their_language(owner: User, teammate: User) -> None:
    category()
    User.objects.filter(pk=teammate.pk).update(locale="he-IL")
    phone = {"user": teammate, "locale": "en-GB"}
    RegistrationFactory.create(**phone)
    texts = {"en": Text(title="Hello"), "he": Text(title="\u05e9\u05dc\u05d5\u05dd")}

    send(owner, teammate, texts=texts)

    assert [each["language"] for each in shown_to(owner, Channel.EMAIL)] == ["en"]
    assert [each["language"] for each in shown_to(teammate, Channel.EMAIL)] == ["he"]
    assert [each["language"] for each in shown_to(teammate, Channel.PUSH)] == ["en"]


def test_topic_reaches_its_subscribers(owner: User, teammate: User, stranger: User) -> None:
    category()
    for user in (owner, teammate):
        subscribe_to_topic(user_id=user.pk, topic="lift-news")
    subscribe_to_topic(user_id=stranger.pk, topic="other-news")

    asked = send(target=Target(kind=TargetKind.TOPIC, name="lift-news"))

    assert set(asked.recipients.values_list("user_id", flat=True)) == {owner.pk, teammate.pk}


def test_segment_reaches_whom_its_query_finds(owner: User, teammate: User) -> None:
    category()
    User.objects.filter(pk=teammate.pk).update(tier="premium")
    arguments = {"tiers": ["premium"]}

    asked = send(target=Target(kind=TargetKind.SEGMENT, name="people", arguments=arguments))

    assert list(asked.recipients.values_list("user_id", flat=True)) == [teammate.pk]


def test_person_who_is_gone_is_left_out(owner: User, teammate: User) -> None:
    category()
    asked = ask(owner, teammate)
    teammate.delete()

    expand_due()

    asked.refresh_from_db()
    assert (asked.state, asked.recipient_count) == ("expanded", 1)


def test_many_come_in_batches_that_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanding, "PEOPLE_AT_ONCE", 4)
    monkeypatch.setattr(expanding, "PEOPLE_OF_BEGUN", 2)
    category()
    large = ask(*crowd(13))
    small = ask(UserFactory.create())

    batches = 0
    while expand_batch():
        batches += 1
        small.refresh_from_db()
        # Not behind the large one, which began first.
        assert small.state == "expanded" or batches < 2

    large.refresh_from_db()
    assert (large.state, large.recipient_count) == ("expanded", 13)
    assert Recipient.objects.count() == 14
    assert InboxItem.objects.count() == 14


def test_batch_that_breaks_off_is_as_if_it_never_was() -> None:
    category()
    asked = ask(*crowd(3))

    with transaction.atomic():
        expand_batch()
        assert Recipient.objects.count() == 3
        transaction.set_rollback(True)

    assert not Recipient.objects.exists()
    expand_due()
    asked.refresh_from_db()
    assert asked.recipient_count == Recipient.objects.count() == 3


def test_what_is_scheduled_is_not_due_yet(owner: User) -> None:
    category()
    later = clock.now() + timedelta(hours=1)
    asked = ask(owner, scheduled_at=later)

    assert not expand_batch()

    asked.refresh_from_db()
    assert asked.state == "scheduled"


def test_thousand_people_take_as_many_statements_as_ten() -> None:
    category(throttle_limit=5, throttle_seconds=60)
    account = AccountFactory.create()
    statements = []
    for number in (10, 400):
        people = crowd(number)
        for user in people[::2]:
            RegistrationFactory.create(user=user, account=account)
        QuietHours.objects.bulk_create(
            QuietHours(user=user, starts_at="01:00", ends_at="02:00") for user in people[::3]
        )
        Preference.objects.bulk_create(
            Preference(user=user, category="news", channel="email", is_enabled=False)
            for user in people[::4]
        )
        ask(*people)
        with CaptureQueriesContext(connection) as queries:
            expand_batch()
        statements.append(len(queries))

    assert statements[0] == statements[1] <= 25


def test_inbox_items_are_announced_with_what_is_unread_then(owner: User, teammate: User) -> None:
    category()
    send(owner)
    ask(owner, teammate)
    ask(owner)

    expand_due()

    told = latest_events(limit=9, topic_prefix="notifications.inbox_item.added")
    unread = [(event.audience, event.payload["unread"]) for event in told]
    assert sorted(unread) == sorted(
        [
            ((f"user:{owner.public_id}",), 1),
            ((f"user:{owner.public_id}",), 2),
            ((f"user:{owner.public_id}",), 3),
            ((f"user:{teammate.public_id}",), 1),
        ]
    )
    ids = {str(public_id) for public_id in InboxItem.objects.values_list("public_id", flat=True)}
    assert {event.payload["item_id"] for event in told} == ids


def test_one_that_breaks_does_not_keep_others_from_being_sent(
    owner: User,
) -> None:
    category()
    broken, sound = ask(owner), ask(owner)
    Notification.objects.filter(pk=broken.pk).update(texts={"en": {"colour": "red"}})

    expand_due()

    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("cancelled", "expanded")


def test_nothing_is_given_up_where_everything_breaks(owner: User) -> None:
    category()
    asked = ask(owner)
    Notification.objects.update(texts={"en": {"colour": "red"}})

    with pytest.raises(TypeError):
        expand_due()

    asked.refresh_from_db()
    assert asked.state == "scheduled"


def test_words_that_no_longer_can_be_said_suppress_a_channel(owner: User) -> None:
    category()
    asked = ask(owner, texts={"en": Text(title="Hello {{ name }}")}, variables={"name": "Olga"})
    Notification.objects.update(variables={})

    expand_due()

    recipient = recipient_of(asked, owner)
    assert recipient.state == "suppressed"
    assert last_rulings(recipient)["inbox"] == ("content", "suppressed")


def test_silent_push_goes_to_apps_alone(owner: User) -> None:
    category()
    RegistrationFactory.create(user=owner)
    RegistrationFactory.create(user=owner, service="web_push", p256dh="k", auth="a")
    silent: dict[str, Any] = {"texts": None, "is_silent": True, "data": {"sync": "1"}}

    asked = send(owner, **silent)

    assert channels_sent(recipient_of(asked, owner)) == ["push"]
    (content,) = shown_to(owner, Channel.PUSH)
    assert content["is_silent"]
    assert content["data"] == {"sync": "1"}
