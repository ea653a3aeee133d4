"""Workers that are killed anywhere: everybody is sent it, and nobody twice."""

import random
import time
from collections import Counter

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel import clock
from apps.notifications.models import (
    Delivery,
    InboxItem,
    Notification,
    QuietHours,
    Recipient,
    Registration,
)
from tests.apps.notifications.asking import ask, category
from tests.factories.notifications import AccountFactory
from tests.processes import OtherProcess

PEOPLE = 10_000
KILLS = 10
WORK = """
from apps.notifications.services import expand_due, release_due
say("ready")
input()
say("at work")
while expand_due() or release_due():
    pass
say("done")
"""


def work_and_die(seed: int) -> int:
    """Let one worker after the other be killed at its work until one is done; count the dead."""
    chance = random.Random(seed)
    killed = 0
    worker = OtherProcess(WORK)
    while killed < KILLS:
        heir = OtherProcess(WORK)
        assert worker.line() == "ready"
        worker.tell("go")
        assert worker.line() == "at work"
        time.sleep(chance.uniform(0.02, 0.6))
        worker.kill()
        killed += 1
        worker = heir
    assert worker.line() == "ready"
    worker.tell("go")
    assert worker.line() == "at work"
    assert worker.line() == "done"
    return killed


@pytest.mark.django_db(transaction=True)
@pytest.mark.system
@pytest.mark.timeout(600)
def test_ten_thousand_are_sent_it_once_whoever_is_killed() -> None:
    category(channels=["push", "inbox"])
    account = AccountFactory.create()
    people = User.objects.bulk_create(User(email=f"p{n}@example.com") for n in range(PEOPLE))
    Registration.objects.bulk_create(
        Registration(
            user=user, account=account, service="fcm", token=str(n), registered_at=clock.now()
        )
        for n, user in enumerate(people)
    )
    # They want quiet, and are told by push when that is over.
    QuietHours.objects.bulk_create(
        QuietHours(user=user, starts_at="00:00", ends_at="23:59:59") for user in people[::4]
    )
    asked = ask(*people)

    work_and_die(seed=1)

    asked.refresh_from_db()
    assert (asked.state, asked.recipient_count) == ("expanded", PEOPLE)
    assert Recipient.objects.filter(state="waiting").count() == PEOPLE // 4
    _require_one_each("inbox", PEOPLE)
    _require_one_each("push", PEOPLE - PEOPLE // 4)
    assert InboxItem.objects.count() == PEOPLE

    QuietHours.objects.all().delete()
    Recipient.objects.filter(state="waiting").update(due_at=clock.now())

    work_and_die(seed=2)

    _require_one_each("push", PEOPLE)
    assert not Recipient.objects.exclude(state="sent").exists()
    assert InboxItem.objects.count() == PEOPLE
    assert _unread_announced() == Counter({1: PEOPLE})
    assert Notification.objects.get().recipient_count == PEOPLE


def _require_one_each(channel: str, number: int) -> None:
    sent = Delivery.objects.filter(channel=channel)
    assert sent.count() == sent.values("user_id").distinct().count() == number


def _unread_announced() -> Counter[int]:
    """Return how often the log says of these items that so many are unread.

    It also holds what earlier tests announced: it is no table that is emptied between them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (payload ->> 'unread')::int, count(*) FROM events_log "
            "WHERE topic = 'notifications.inbox_item.added' AND (payload ->> 'item_id')::uuid "
            "IN (SELECT public_id FROM notifications_inboxitem) GROUP BY 1"
        )
        return Counter(dict(cursor.fetchall()))
