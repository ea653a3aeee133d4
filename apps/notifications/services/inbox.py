"""The inbox: who holds it while it changes, and what is laid into it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from django.db import connection

from apps.accounts.types import UserSummary
from apps.events.services import announce_all
from apps.kernel.clock import now
from apps.kernel.context import Context, continued_from
from apps.kernel.ids import new_id
from apps.notifications.events import InboxItemAdded
from apps.notifications.models import Notification
from apps.notifications.selectors import unread_counts
from apps.notifications.types import Content

# By id, so that two who hold many wait for each other in one order. Missing rows first: while one
# is being made, nobody else's lock on it is waited for.
_MAKE_MISSING = """
INSERT INTO notifications_inbox (public_id, user_id, created_at, updated_at)
SELECT uuidv7(), person.id, now(), now()
FROM unnest(%(people)s::bigint[]) AS person(id)
WHERE NOT EXISTS (SELECT 1 FROM notifications_inbox WHERE user_id = person.id)
ORDER BY person.id
ON CONFLICT (user_id) DO NOTHING
"""
_HOLD = """
SELECT user_id FROM notifications_inbox WHERE user_id = ANY(%(people)s::bigint[])
ORDER BY user_id FOR UPDATE
"""

_INSERT_ITEMS = """
INSERT INTO notifications_inboxitem (
    public_id, created_at, updated_at, user_id, recipient_id, category, title, body, url, data,
    language
)
SELECT public_id, %(now)s, %(now)s, user_id, recipient_id, category, title, body, url, data,
    language
FROM json_to_recordset(%(rows)s) AS item(
    public_id uuid, user_id bigint, recipient_id bigint, category text, title text, body text,
    url text, data jsonb, language text
)
ON CONFLICT (recipient_id) DO NOTHING
RETURNING public_id
"""


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """What is to be laid into an inbox, and what caused it."""

    recipient_id: int
    person: UserSummary
    category: str
    content: Content
    notification: Notification


def hold_inboxes(user_ids: Collection[int]) -> None:
    """Lock people's inboxes until the transaction ends; waits for whoever holds one.

    Call it before anything of theirs is read that must still be so when it is written: how many
    items are unread, how often they were sent something. Everybody named must exist.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_MISSING, {"people": sorted(set(user_ids))})
        cursor.execute(_HOLD, {"people": list(user_ids)})


def hold_free_inboxes(user_ids: Collection[int]) -> set[int]:
    """Lock those of people's inboxes that nobody else holds now, and return whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_HOLD} SKIP LOCKED", {"people": list(user_ids)})
        return {user_id for (user_id,) in cursor.fetchall()}


def add_items(items: Sequence[NewItem]) -> None:
    """Lay items into inboxes that are held; a recipient has one at most.

    Announces InboxItemAdded for each with the number of unread ones there were after it, caused
    by what caused its notification.
    """
    if not items:
        return
    ids = [new_id() for _ in items]
    added = _insert(items, ids)
    new = [(item, each) for item, each in zip(items, ids, strict=True) if each in added]
    unread = _unread_after_each([item for item, _ in new])
    causes: dict[int, Context] = {}
    events, contexts = [], []
    for (item, item_id), count in zip(new, unread, strict=True):
        user_id = item.person.public_id
        contexts.append(causes.setdefault(item.notification.pk, _cause_of(item.notification)))
        events.append(
            InboxItemAdded(
                audience=(f"user:{user_id}",),
                user_id=user_id,
                item_id=item_id,
                category=item.category,
                title=item.content.title,
                body=item.content.body,
                url=item.content.url,
                unread=count,
            )
        )
    announce_all(events, contexts=contexts)


def _insert(items: Sequence[NewItem], ids: Sequence[UUID]) -> set[UUID]:
    rows = [
        {
            "public_id": item_id,
            "user_id": item.person.id,
            "recipient_id": item.recipient_id,
            "category": item.category,
            "title": item.content.title,
            "body": item.content.body,
            "url": item.content.url,
            "data": item.content.data,
            "language": item.content.language,
        }
        for item, item_id in zip(items, ids, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ITEMS, {"now": now(), "rows": orjson.dumps(rows).decode()})
        return {public_id for (public_id,) in cursor.fetchall()}


def _unread_after_each(items: Sequence[NewItem]) -> list[int]:
    """Return how many items were unread after each was laid down, be several one person's."""
    counts = unread_counts({item.person.id for item in items})
    after: list[int] = []
    for item in reversed(items):
        after.append(counts[item.person.id])
        counts[item.person.id] -= 1
    return after[::-1]


def _cause_of(notification: Notification) -> Context:
    return continued_from(
        correlation_id=notification.correlation_id, traceparent=notification.traceparent
    )
