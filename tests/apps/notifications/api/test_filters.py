"""The inbox is filtered by what happened to its items."""

import pytest

from apps.accounts.models import User
from apps.kernel.clock import now
from apps.notifications.api.filters import InboxFilters
from apps.notifications.models import InboxItem
from tests.factories.notifications import InboxItemFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"unread": "true"}, {"new", "archived"}),
        ({"unread": "false"}, {"read"}),
        ({"archived": "true"}, {"archived"}),
        ({"archived": "false", "unread": "true"}, {"new"}),
        ({"category": "other"}, {"read"}),
    ],
)
def test_items_are_narrowed(owner: User, query: dict[str, str], titles: set[str]) -> None:
    InboxItemFactory.create(user=owner, title="new")
    InboxItemFactory.create(user=owner, title="read", read_at=now(), category="other")
    InboxItemFactory.create(user=owner, title="archived", archived_at=now())

    filtered = InboxFilters(query, queryset=InboxItem.objects.all())

    assert filtered.is_valid()
    assert {item.title for item in filtered.qs} == titles


@pytest.mark.parametrize("value", ["1", "True", "perhaps"])
def test_other_words_than_true_and_false_are_refused(value: str) -> None:
    assert not InboxFilters({"unread": value}, queryset=InboxItem.objects.all()).is_valid()
