"""What people do with their inbox holds on all of their devices, and is counted right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.kernel.errors import NotFound
from apps.notifications.models import InboxItem
from apps.notifications.selectors import inbox_counts
from apps.notifications.services import archive, mark_read, mark_seen, mark_unread
from apps.notifications.types import InboxCounts
from tests.apps.notifications.telling import told
from tests.factories.accounts import UserFactory
from tests.factories.notifications import InboxItemFactory

pytestmark = pytest.mark.django_db


def _counts(user: User) -> InboxCounts:
    return inbox_counts(user_id=user.pk)


def test_item_that_is_read_is_seen_and_counts_no_more(owner: User) -> None:
    item, _ = InboxItemFactory.create_batch(2, user=owner)

    mark_read(user_id=owner.pk, item_ids=[item.public_id])

    item.refresh_from_db()
    assert item.read_at is not None
    assert item.seen_at == item.read_at
    assert _counts(owner) == InboxCounts(unread=1, unseen=1)
    assert told("inbox.changed") == [
        {
            "user_id": str(owner.public_id),
            "change": "read",
            "item_ids": [str(item.public_id)],
            "unread": 1,
        }
    ]


def test_item_can_be_left_unread_again(owner: User) -> None:
    item = InboxItemFactory.create(user=owner)
    mark_read(user_id=owner.pk, item_ids=[item.public_id])

    mark_unread(user_id=owner.pk, item_ids=[item.public_id])

    assert _counts(owner) == InboxCounts(unread=1, unseen=0)
    assert [each["unread"] for each in told("inbox.changed")] == [0, 1]


def test_all_items_are_changed_where_none_is_named(owner: User, stranger: User) -> None:
    InboxItemFactory.create_batch(3, user=owner)
    InboxItemFactory.create(user=stranger)

    mark_seen(user_id=owner.pk)

    assert _counts(owner) == InboxCounts(unread=3, unseen=0)
    assert _counts(stranger) == InboxCounts(unread=1, unseen=1)
    (change,) = told("inbox.changed")
    assert (change["change"], change["item_ids"], change["unread"]) == ("seen", [], 3)


def test_archived_items_count_no_more_and_keep_whether_they_were_read(owner: User) -> None:
    item = InboxItemFactory.create(user=owner)

    archive(user_id=owner.pk)

    item.refresh_from_db()
    assert item.archived_at is not None
    assert item.read_at is None
    assert _counts(owner) == InboxCounts(unread=0, unseen=0)


@pytest.mark.parametrize("change", [mark_seen, mark_read, archive])
def test_second_time_changes_nothing_and_tells_nothing(
    owner: User, change: Callable[..., None]
) -> None:
    item = InboxItemFactory.create(user=owner)
    change(user_id=owner.pk, item_ids=[item.public_id])
    item.refresh_from_db()

    change(user_id=owner.pk, item_ids=[item.public_id])
    change(user_id=owner.pk)

    assert InboxItem.objects.get(pk=item.pk).updated_at == item.updated_at
    assert len(told("inbox.changed")) == 1


def test_items_of_others_are_passed_over(owner: User, stranger: User) -> None:
    item = InboxItemFactory.create(user=owner)

    mark_read(user_id=stranger.pk, item_ids=[item.public_id])

    assert _counts(owner).unread == 1
    assert told("inbox.changed") == []


def test_nobody_has_no_inbox() -> None:
    with pytest.raises(NotFound):
        mark_read(user_id=0)


@pytest.mark.django_db(transaction=True)
def test_unread_count_is_right_when_two_phones_read_at_once() -> None:
    user = UserFactory.create()
    items = InboxItemFactory.create_batch(8, user=user)

    def read(item: InboxItem) -> None:
        try:
            mark_read(user_id=user.pk, item_ids=[item.public_id])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(read, items))

    assert [each["unread"] for each in told("inbox.changed")] == [7, 6, 5, 4, 3, 2, 1, 0]
