"""Writing: what was decided becomes rows, with as many statements for a thousand as for one."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from apps.kernel.clock import now
from apps.notifications.services.crowds import DigestKey, OpenDigest
from apps.notifications.services.deciding import Ruled, Sending
from apps.notifications.services.inbox import NewItem, add_items
from apps.notifications.types import Channel, DeliveryState

# Rows go over as JSON: to write them as arrays of PostgreSQL takes Python ten times as long.
#
# A digest that was left without members (they were cancelled) would stay open for ever.
_CLOSE_STALE = """
UPDATE notifications_digest digest SET closed_at = %(now)s, updated_at = %(now)s
FROM json_to_recordset(%(rows)s) AS opened(user_id bigint, category text, key text)
WHERE digest.closed_at IS NULL AND digest.user_id = opened.user_id
    AND digest.category = opened.category AND digest.key = opened.key
"""
_OPEN_DIGESTS = """
INSERT INTO notifications_digest
    (public_id, created_at, updated_at, user_id, category, key, closes_at, item_count)
SELECT uuidv7(), %(now)s, %(now)s, user_id, category, key, closes_at, 0
FROM json_to_recordset(%(rows)s)
    AS opened(user_id bigint, category text, key text, closes_at timestamptz)
RETURNING id, user_id, category, key
"""
_COUNT_GATHERED = """
UPDATE notifications_digest digest
SET item_count = digest.item_count + gathered.number, updated_at = %(now)s
FROM json_to_recordset(%(rows)s) AS gathered(id bigint, number int)
WHERE digest.id = gathered.id
"""
_INSERT_RECIPIENTS = """
INSERT INTO notifications_recipient (
    public_id, created_at, updated_at, notification_id, user_id, category, state, decisions,
    waiting_channels, due_at, digest_id, language
)
SELECT uuidv7(), %(now)s, %(now)s, notification_id, user_id, category, state, decisions,
    waiting_channels, due_at, digest_id, language
FROM json_to_recordset(%(rows)s) AS ruled(
    notification_id bigint, user_id bigint, category text, state text, decisions jsonb,
    waiting_channels jsonb, due_at timestamptz, digest_id bigint, language text
)
ON CONFLICT (notification_id, user_id) DO NOTHING
RETURNING id, notification_id, user_id
"""
_UPDATE_RECIPIENTS = """
UPDATE notifications_recipient recipient
SET state = ruled.state,
    decisions = recipient.decisions || ruled.decisions,
    waiting_channels = ruled.waiting_channels,
    due_at = ruled.due_at,
    digest_id = coalesce(ruled.digest_id, recipient.digest_id),
    language = coalesce(nullif(ruled.language, ''), recipient.language),
    updated_at = %(now)s
FROM json_to_recordset(%(rows)s) AS ruled(
    id bigint, state text, decisions jsonb, waiting_channels jsonb, due_at timestamptz,
    digest_id bigint, language text
)
WHERE recipient.id = ruled.id
"""
# What lies in the inbox is there; for the rest a worker comes. Contents that many share go over
# once.
_INSERT_DELIVERIES = """
INSERT INTO notifications_delivery (
    public_id, created_at, updated_at, recipient_id, user_id, category, channel, registration_id,
    account_id, content, urgency, collapse_id, expires_at, state, due_at, accepted_at, finished_at,
    attempt_count, last_code, last_reason, provider_id
)
SELECT uuidv7(), %(now)s, %(now)s, recipient_id, user_id, category, channel, registration_id,
    account_id, shared.content, urgency, collapse_id, expires_at, state,
    CASE state WHEN 'queued' THEN %(now)s END,
    CASE state WHEN 'queued' THEN NULL ELSE %(now)s END,
    CASE state WHEN 'queued' THEN NULL ELSE %(now)s END,
    0, '', '', ''
FROM json_to_recordset(%(rows)s) AS sending(
    recipient_id bigint, user_id bigint, category text, channel text, registration_id bigint,
    account_id bigint, place int, urgency text, collapse_id text, expires_at timestamptz, state text
)
JOIN json_to_recordset(%(contents)s) AS shared(place int, content jsonb) USING (place)
ON CONFLICT (recipient_id, channel, registration_id) DO NOTHING
"""

_Row = Mapping[str, Any]
_Sent = tuple[int, Ruled, Sending]


def write_first(ruled: Sequence[Ruled]) -> Collection[tuple[int, int]]:
    """Write recipients decided for the first time, and all that goes to them.

    Returns notification and person of each. Whoever is a recipient already is left as they are.
    The people are held. Announces InboxItemAdded.
    """
    _write_digests(ruled)
    made = _insert_recipients(ruled)
    _write_sendings(
        (recipient_id, each, sending)
        for each in ruled
        if (recipient_id := made.get((each.case.notification.pk, each.case.person.id)))
        for sending in each.sendings
    )
    return made.keys()


def write_again(ruled: Sequence[Ruled]) -> None:
    """Write what became of recipients that waited; the newest of each case is sent for all.

    The people are held. Announces InboxItemAdded.
    """
    _write_digests(ruled)
    _execute(
        _UPDATE_RECIPIENTS,
        [
            {"id": recipient_id, **_ruling(each)}
            for each in ruled
            for recipient_id in each.case.recipient_ids
        ],
    )
    _write_sendings(
        (each.case.recipient_ids[-1], each, sending) for each in ruled for sending in each.sendings
    )


def _write_digests(ruled: Iterable[Ruled]) -> None:
    opened: dict[DigestKey, OpenDigest] = {}
    numbers: Counter[DigestKey] = Counter()
    for each in ruled:
        if each.digest is not None:
            opened[each.case.digest_key] = each.digest
            numbers[each.case.digest_key] += max(1, len(each.case.recipient_ids))
    _open_digests({key: digest for key, digest in opened.items() if digest.id is None})
    counted = [{"id": opened[key].id, "number": number} for key, number in numbers.items()]
    _execute(_COUNT_GATHERED, counted)


def _open_digests(digests: Mapping[DigestKey, OpenDigest]) -> None:
    """Write these digests, and tell them their ids."""
    rows = [{**key._asdict(), "closes_at": each.closes_at} for key, each in digests.items()]
    _execute(_CLOSE_STALE, rows)
    for digest_id, *key in _execute(_OPEN_DIGESTS, rows):
        digests[DigestKey._make(key)].id = digest_id


def _insert_recipients(ruled: Iterable[Ruled]) -> dict[tuple[int, int], int]:
    """Write the recipients and return their ids by notification and person."""
    rows = [
        {
            "notification_id": each.case.notification.pk,
            "user_id": each.case.person.id,
            "category": each.case.category.key,
            **_ruling(each),
        }
        for each in ruled
    ]
    made = _execute(_INSERT_RECIPIENTS, rows)
    return {(notification_id, user_id): each for each, notification_id, user_id in made}


def _ruling(ruled: Ruled) -> _Row:
    return {
        "state": ruled.state,
        "decisions": ruled.decisions,
        "waiting_channels": ruled.waiting_channels,
        "due_at": ruled.due_at,
        "digest_id": ruled.digest.id if ruled.digest else None,
        "language": ruled.language,
    }


def _write_sendings(sent: Iterable[_Sent]) -> None:
    sendings = list(sent)
    places: dict[str, int] = {}
    rows = [
        {
            "recipient_id": recipient_id,
            "user_id": each.case.person.id,
            "category": each.case.category.key,
            "channel": sending.channel,
            "registration_id": sending.device.id if sending.device else None,
            "account_id": sending.device.account_id if sending.device else None,
            "place": places.setdefault(sending.said.document, len(places)),
            "urgency": each.case.notification.urgency,
            "collapse_id": each.case.notification.collapse_id,
            "expires_at": each.case.expires_at,
            "state": _state_of(sending),
        }
        for recipient_id, each, sending in sendings
    ]
    contents = [{"place": place, "content": orjson.Fragment(it)} for it, place in places.items()]
    _execute(_INSERT_DELIVERIES, rows, contents=_document(contents))
    add_items([_item(*each) for each in sendings if each[2].channel is Channel.INBOX])


def _state_of(sending: Sending) -> DeliveryState:
    is_there = sending.channel is Channel.INBOX
    return DeliveryState.ACCEPTED if is_there else DeliveryState.QUEUED


def _item(recipient_id: int, ruled: Ruled, sending: Sending) -> NewItem:
    return NewItem(
        recipient_id=recipient_id,
        person=ruled.case.person,
        category=ruled.case.category.key,
        content=sending.said.content,
        notification=ruled.case.notification,
    )


def _execute(statement: str, rows: Sequence[_Row], **values: str) -> list[Any]:
    """Run a statement with these rows, unless there are none, and return what it returns."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now(), "rows": _document(rows), **values})
        return cursor.fetchall() if cursor.description else []


def _document(rows: Sequence[_Row]) -> str:
    return orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()
