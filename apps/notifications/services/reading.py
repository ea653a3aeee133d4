"""What people do with their inbox: see, read, leave unread again, and archive."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.selectors import users_by_ids
from apps.events.services import announce
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.notifications.events import InboxChanged
from apps.notifications.models import InboxItem
from apps.notifications.selectors import inbox_items_of, unread_counts
from apps.notifications.services.inbox import hold_inboxes
from apps.notifications.types import InboxChange


def mark_seen(*, user_id: int, item_ids: Collection[UUID] | None = None) -> None:
    """Note that a person saw items, or all that lie in their inbox.

    This and what follows pass over ids that are not the person's, change nothing a second time,
    and announce InboxChanged with the number of unread items if anything changed. Raises NotFound
    for a person who is gone.
    """
    new = inbox_items_of(user_id=user_id).filter(seen_at=None)
    _change(user_id, item_ids, new, InboxChange.SEEN, seen_at=now())


def mark_read(*, user_id: int, item_ids: Collection[UUID] | None = None) -> None:
    """Note that a person read items, or all that lie in their inbox; read is seen, too."""
    unread = inbox_items_of(user_id=user_id).filter(read_at=None)
    moment = now()
    _change(
        user_id,
        item_ids,
        unread,
        InboxChange.READ,
        read_at=moment,
        seen_at=Coalesce("seen_at", moment),
    )


def mark_unread(*, user_id: int, item_ids: Collection[UUID] | None = None) -> None:
    """Let items, or all that lie in the inbox, count as unread again."""
    read = inbox_items_of(user_id=user_id).filter(read_at__isnull=False)
    _change(user_id, item_ids, read, InboxChange.UNREAD, read_at=None)


def archive(*, user_id: int, item_ids: Collection[UUID] | None = None) -> None:
    """Take items, or all, out of the inbox; they are kept, and unread ones count no more."""
    moment = now()
    _change(
        user_id,
        item_ids,
        inbox_items_of(user_id=user_id).filter(archived_at=None),
        InboxChange.ARCHIVED,
        archived_at=moment,
        seen_at=Coalesce("seen_at", moment),
    )


@transaction.atomic
def _change(
    user_id: int,
    item_ids: Collection[UUID] | None,
    items: QuerySet[InboxItem],
    change: InboxChange,
    **values: Any,
) -> None:
    person = users_by_ids([user_id]).get(user_id)
    if person is None:
        raise NotFound
    hold_inboxes([user_id])
    if item_ids is None:
        wanted, changed = items.filter(archived_at=None), []
    else:
        wanted = items.filter(public_id__in=item_ids)
        changed = list(wanted.values_list("public_id", flat=True))
    if wanted.update(updated_at=now(), **values):
        announce(
            InboxChanged(
                audience=(f"user:{person.public_id}",),
                user_id=person.public_id,
                change=change.value,
                item_ids=changed,
                unread=unread_counts([user_id])[user_id],
            )
        )
