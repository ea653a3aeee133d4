"""The inbox: held while it changes, so that what is counted is so."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.events.selectors import latest_events
from apps.notifications.models import Inbox, InboxItem
from apps.notifications.services import expand_due, hold_inboxes
from apps.notifications.services.inbox import hold_free_inboxes
from tests.apps.notifications.asking import ask, category
from tests.factories.accounts import UserFactory

WORKERS = 6


@pytest.mark.django_db
def test_inbox_is_made_when_it_is_first_held(owner: User, teammate: User) -> None:
    for _ in range(2):
        hold_inboxes([owner.pk, teammate.pk, owner.pk])

    assert set(Inbox.objects.values_list("user_id", flat=True)) == {owner.pk, teammate.pk}


@pytest.mark.django_db(transaction=True)
def test_what_another_holds_is_not_free(owner: User, teammate: User) -> None:
    hold_inboxes([owner.pk, teammate.pk])
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            hold_inboxes([owner.pk])
            is_held.set()
            may_end.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_held.wait(60)
    with transaction.atomic():
        free = hold_free_inboxes([owner.pk, teammate.pk])
    may_end.set()
    holder.join(60)

    assert free == {teammate.pk}


@pytest.mark.django_db(transaction=True)
def test_people_held_in_any_order_by_many_never_wait_for_each_other_in_a_ring() -> None:
    people = [UserFactory.create().pk for _ in range(40)]

    def hold(number: int) -> None:
        mine = people[number:] + people[:number]
        for turn in range(10):
            with transaction.atomic():
                hold_inboxes(mine[turn::2] if turn % 3 else mine)
        connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(hold, number * 5) for number in range(WORKERS)]:
            done.result(120)

    assert Inbox.objects.count() == len(people)


@pytest.mark.django_db(transaction=True)
def test_unread_counts_up_one_by_one_however_many_add(owner: User, teammate: User) -> None:
    category(channels=["inbox"])
    for _ in range(60):
        ask(owner, teammate)

    def expand() -> None:
        expand_due()
        connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(expand) for _ in range(WORKERS)]:
            done.result(120)
    expand_due()

    told = latest_events(limit=500, topic_prefix="notifications.inbox_item.added")
    for user in (owner, teammate):
        mine = [each.payload for each in told if each.payload["user_id"] == str(user.public_id)]
        assert sorted(each["unread"] for each in mine) == list(range(1, 61))
        assert InboxItem.objects.filter(user=user).count() == 60
