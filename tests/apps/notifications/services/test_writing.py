"""Writing: rows as they were decided, once each."""

import pytest

from apps.accounts.models import User
from apps.accounts.selectors import users_by_ids
from apps.kernel import clock
from apps.notifications.models import Delivery, Digest, InboxItem, Notification, Recipient
from apps.notifications.services import hold_inboxes
from apps.notifications.services.crowds import Crowd
from apps.notifications.services.deciding import Case, Ruled, expiry_of, rule
from apps.notifications.services.writing import write_again, write_first
from apps.notifications.types import CategorySettings, Channel
from apps.notifications.wording import Wording
from tests.factories.notifications import NotificationFactory, RegistrationFactory

pytestmark = pytest.mark.django_db

WORDS = {"en": {"title": 'A "quoted" \\ title', "body": "Two\nlines", "url": "/x?y=z"}}


def ruled(user: User, notification: Notification, **settings: object) -> Ruled:
    """Return what becomes of a notification to a user who is held."""
    hold_inboxes([user.pk])
    channels = tuple(Channel)
    category = CategorySettings(key="test", name="Test", channels=channels, **settings)  # type: ignore[arg-type]  # as the test says
    people = users_by_ids([user.pk])
    case = Case(
        notification=notification,
        wording=Wording(notification),
        category=category,
        person=people[user.pk],
        expires_at=expiry_of(notification),
    )
    return rule(case, Crowd(people, {"test": category}, clock.now()))


def test_rows_say_what_was_decided(owner: User) -> None:
    phone = RegistrationFactory.create(user=owner)
    asked = NotificationFactory.create(
        texts=WORDS, data={"id": "7"}, urgency="high", collapse_id="lift"
    )

    made = write_first([ruled(owner, asked)])

    assert list(made) == [(asked.pk, owner.pk)]
    recipient = Recipient.objects.get()
    assert (recipient.state, recipient.language, recipient.category) == ("sent", "en", "test")
    assert [each["step"] for each in recipient.decisions] == ["address", "preference"] * 3
    pushed = Delivery.objects.get(channel="push")
    assert (pushed.registration, pushed.account) == (phone, phone.account)
    assert (pushed.urgency, pushed.collapse_id) == ("high", "lift")
    assert pushed.expires_at == expiry_of(asked)
    assert pushed.content["title"] == 'A "quoted" \\ title'
    assert pushed.content["data"] == {"id": "7"}
    item = InboxItem.objects.get()
    assert (item.title, item.body, item.url) == tuple(WORDS["en"].values())
    assert (item.data, item.recipient) == ({"id": "7"}, recipient)


def test_second_time_writes_nothing(owner: User) -> None:
    RegistrationFactory.create(user=owner)
    decided = ruled(owner, NotificationFactory.create(texts=WORDS))
    write_first([decided])

    assert not write_first([decided])

    assert Recipient.objects.count() == 1
    assert Delivery.objects.count() == 3
    assert InboxItem.objects.count() == 1


def test_what_waits_is_written_with_its_digest(owner: User) -> None:
    asked = NotificationFactory.create(texts=WORDS, digest_key="a")

    write_first([ruled(owner, asked, digest_seconds=60)])

    digest = Digest.objects.get()
    assert (digest.user, digest.category, digest.key) == (owner, "test", "a")
    assert digest.item_count == 1
    recipient = Recipient.objects.get()
    assert (recipient.state, recipient.digest) == ("waiting", digest)
    assert recipient.due_at == digest.closes_at
    assert recipient.waiting_channels == ["email", "inbox"]
    assert not Delivery.objects.exists()


def test_decisions_are_added_to_the_former_ones(owner: User) -> None:
    asked = NotificationFactory.create(texts=WORDS)
    write_first([ruled(owner, asked, digest_seconds=60)])
    recipient = Recipient.objects.get()
    before = len(recipient.decisions)
    decided = ruled(owner, asked)
    case = Case(**{**vars(decided.case), "recipient_ids": (recipient.pk,)})

    write_again([Ruled(**{**vars(decided), "case": case})])

    recipient.refresh_from_db()
    assert recipient.state == "sent"
    assert recipient.due_at is None
    assert len(recipient.decisions) == before + len(decided.decisions)
    assert sorted(recipient.deliveries.values_list("channel", flat=True)) == ["email", "inbox"]


def test_nothing_decided_writes_nothing() -> None:
    assert not write_first([])
    write_again([])

    assert not Recipient.objects.exists()
