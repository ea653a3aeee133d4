"""The consumer: hears what rules are about, and wakes a worker."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.notifications.consumer import NotificationConsumer
from apps.notifications.models import Notification
from apps.notifications.ports import rules
from tests.factories.webhooks import logged


def test_it_hears_the_topics_of_all_rules_and_that_something_was_asked_for() -> None:
    heard = NotificationConsumer().topics

    assert heard[0] == "notifications.notification.requested"
    assert set(heard[1:]) == {topic for rule in rules for topic in rule.topics}


@pytest.mark.django_db
def test_password_change_is_told_to_whose_it_is(owner: User) -> None:
    event = logged(
        "accounts.password.changed",
        audience=(f"user:{owner.public_id}",),
        user_id=str(owner.public_id),
    )

    NotificationConsumer().handle([event])

    asked = Notification.objects.get()
    assert asked.category == "account_security"
    assert asked.target == {"ids": [owner.pk]}


def test_a_worker_is_woken_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    hints: list[Any] = []
    monkeypatch.setattr("apps.notifications.tasks.hint.give", lambda: hints.append("hint"))

    NotificationConsumer().after_commit([])

    assert hints == ["hint"]
