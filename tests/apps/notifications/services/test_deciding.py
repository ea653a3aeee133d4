"""Deciding: one case after the other, each counting for the next."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.selectors import users_by_ids
from apps.kernel import clock
from apps.notifications.models import Notification
from apps.notifications.services.crowds import Crowd
from apps.notifications.services.deciding import Case, expiry_of, rule
from apps.notifications.types import CategorySettings, Channel, RecipientState, Step
from apps.notifications.wording import Wording
from tests.factories.notifications import NotificationFactory, RegistrationFactory

pytestmark = pytest.mark.django_db

ALL = tuple(Channel)


def asked(**changes: Any) -> Notification:
    texts = {"en": {"title": "Hello {{ name }}", "body": "", "url": ""}}
    variables = {"name": "Olga"}
    made: Notification = NotificationFactory.create(texts=texts, variables=variables, **changes)
    return made


def scene(user: User, *notifications: Notification, **settings: Any) -> tuple[Crowd, list[Case]]:
    """Return a crowd of one, and its cases in a category of these settings."""
    category = CategorySettings(key="test", name="Test", **{"channels": ALL, **settings})
    people = users_by_ids([user.pk])
    crowd = Crowd(people, {"test": category}, clock.now())
    return crowd, [
        Case(
            notification=each,
            wording=Wording(each),
            category=category,
            person=people[user.pk],
            expires_at=expiry_of(each),
        )
        for each in notifications
    ]


def test_each_device_gets_its_own(owner: User) -> None:
    phones = [RegistrationFactory.create(user=owner) for _ in range(2)]
    crowd, (case,) = scene(owner, asked())

    ruled = rule(case, crowd)

    assert ruled.state == RecipientState.SENT
    assert [(each.channel, each.device and each.device.id) for each in ruled.sendings] == [
        (Channel.PUSH, phones[0].pk),
        (Channel.PUSH, phones[1].pk),
        (Channel.EMAIL, None),
        (Channel.INBOX, None),
    ]
    assert ruled.language == "en"


def test_what_is_sent_counts_for_the_next(owner: User) -> None:
    crowd, cases = scene(owner, asked(), asked(), throttle_limit=1, throttle_seconds=60)

    first, second = (rule(case, crowd) for case in cases)

    assert first.state == RecipientState.SENT
    assert second.state == RecipientState.SUPPRESSED


def test_cases_of_one_key_join_one_digest(owner: User) -> None:
    notifications = [asked(digest_key=key) for key in ("a", "b", "a")]
    crowd, cases = scene(owner, *notifications, digest_seconds=600)

    ruled = [rule(case, crowd) for case in cases]

    assert ruled[0].digest is ruled[2].digest is not ruled[1].digest
    assert {each.state for each in ruled} == {RecipientState.WAITING}
    assert ruled[0].due_at == crowd.moment + timedelta(minutes=10)
    assert ruled[0].waiting_channels == (Channel.EMAIL, Channel.INBOX)


def test_what_cannot_be_said_is_a_decision(owner: User) -> None:
    crowd, (case,) = scene(owner, asked())
    case.notification.variables = {}
    case = Case(**{**vars(case), "wording": Wording(case.notification)})

    ruled = rule(case, crowd)

    assert ruled.state == RecipientState.SUPPRESSED
    assert not ruled.sendings
    last = {each.channel: each for each in ruled.decisions}
    assert last[Channel.INBOX].step is Step.CONTENT
    assert "name" in last[Channel.INBOX].reason


def test_who_was_sent_something_before_is_not_suppressed(owner: User) -> None:
    crowd, (case,) = scene(owner, asked())
    nothing_left = {"channels": (Channel.PUSH,), "was_sent": True}

    ruled = rule(Case(**{**vars(case), **nothing_left}), crowd)

    assert ruled.state == RecipientState.SENT
    assert not ruled.sendings


def test_it_is_worth_nothing_after_its_time_to_live() -> None:
    notification = asked(ttl_seconds=60)

    assert expiry_of(notification) == notification.scheduled_at + timedelta(seconds=60)
