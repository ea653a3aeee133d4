"""Writing: what was decided becomes rows, with as many statements for a thousand as for one."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from apps.kernel.clock import now
from apps.notifications.services.crowds import OpenDigest
from apps.notifications.services.deciding import Ruled, Sending
from apps.notifications.services.inbox import NewItem, add_items
from apps.notifications.types import Channel, Decision, DeliveryState

# One that was left without members (they were cancelled) would stay open for ever.
_CLOSE_STALE = """
UPDATE notifications_digest digest SET closed_at = %(now)s, updated_at = %(now)s
FROM unnest(%(people)s::bigint[], %(categories)s::text[], %(keys)s::text[])
    AS opened(user_id, category, key)
WHERE digest.closed_at IS NULL AND digest.user_id = opened.user_id
    AND digest.category = opened.category AND digest.key = opened.key
"""
_OPEN_DIGESTS = """
INSERT INTO notifications_digest
    (public_id, created_at, updated_at, user_id, category, key, closes_at, item_count)
SELECT uuidv7(), %(now)s, %(now)s, user_id, category, key, closes_at, 0
FROM unnest(
    %(people)s::bigint[], %(categories)s::text[], %(keys)s::text[], %(ends)s::timestamptz[]
) AS opened(user_id, category, key, closes_at)
RETURNING id, user_id, category, key
"""
_COUNT_GATHERED = """
UPDATE notifications_digest digest
SET item_count = digest.item_count + gathered.number, updated_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(numbers)s::int[]) AS gathered(id, number)
WHERE digest.id = gathered.id
"""
# What many share is handed over once.
_INSERT_RECIPIENTS = """
INSERT INTO notifications_recipient (
    public_id, created_at, updated_at, notification_id, user_id, category, state, decisions,
    waiting_channels, due_at, digest_id, language
)
SELECT uuidv7(), %(now)s, %(now)s, ruled.notification_id, ruled.user_id, ruled.category,
    ruled.state, trace.document, ruled.waiting, ruled.due_at, ruled.digest_id, ruled.language
FROM unnest(
    %(notifications)s::bigint[], %(people)s::bigint[], %(categories)s::text[], %(states)s::text[],
    %(places)s::bigint[], %(waiting)s::jsonb[], %(due)s::timestamptz[], %(digests)s::bigint[],
    %(languages)s::text[]
) AS ruled(notification_id, user_id, category, state, place, waiting, due_at, digest_id, language)
JOIN unnest(%(traces)s::jsonb[]) WITH ORDINALITY AS trace(document, place) USING (place)
ON CONFLICT (notification_id, user_id) DO NOTHING
RETURNING id, notification_id, user_id
"""
_UPDATE_RECIPIENTS = """
UPDATE notifications_recipient recipient
SET state = ruled.state,
    decisions = recipient.decisions || trace.document,
    waiting_channels = ruled.waiting,
    due_at = ruled.due_at,
    digest_id = coalesce(ruled.digest_id, recipient.digest_id),
    language = CASE ruled.language WHEN '' THEN recipient.language ELSE ruled.language END,
    updated_at = %(now)s
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(places)s::bigint[], %(waiting)s::jsonb[],
    %(due)s::timestamptz[], %(digests)s::bigint[], %(languages)s::text[]
) AS ruled(id, state, place, waiting, due_at, digest_id, language)
JOIN unnest(%(traces)s::jsonb[]) WITH ORDINALITY AS trace(document, place) USING (place)
WHERE recipient.id = ruled.id
"""
# What lies in the inbox is there; for the rest a worker comes.
_INSERT_DELIVERIES = """
INSERT INTO notifications_delivery (
    public_id, created_at, updated_at, recipient_id, user_id, category, channel, registration_id,
    account_id, content, urgency, collapse_id, expires_at, state, due_at, accepted_at, finished_at,
    attempt_count, last_code, last_reason, provider_id
)
SELECT uuidv7(), %(now)s, %(now)s, sending.recipient_id, sending.user_id, sending.category,
    sending.channel, sending.registration_id, sending.account_id, said.document, sending.urgency,
    sending.collapse_id, sending.expires_at, sending.state,
    CASE sending.state WHEN 'queued' THEN %(now)s END,
    CASE sending.state WHEN 'queued' THEN NULL ELSE %(now)s END,
    CASE sending.state WHEN 'queued' THEN NULL ELSE %(now)s END,
    0, '', '', ''
FROM unnest(
    %(recipients)s::bigint[], %(people)s::bigint[], %(categories)s::text[], %(channels)s::text[],
    %(registrations)s::bigint[], %(accounts)s::bigint[], %(places)s::bigint[],
    %(urgencies)s::text[], %(collapse_ids)s::text[], %(expiries)s::timestamptz[],
    %(states)s::text[]
) AS sending(
    recipient_id, user_id, category, channel, registration_id, account_id, place, urgency,
    collapse_id, expires_at, state
)
JOIN unnest(%(documents)s::jsonb[]) WITH ORDINALITY AS said(document, place) USING (place)
ON CONFLICT (recipient_id, channel, registration_id) DO NOTHING
"""

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
    _update_recipients(ruled)
    _write_sendings(
        (each.case.recipient_ids[-1], each, sending) for each in ruled for sending in each.sendings
    )


def _write_digests(ruled: Sequence[Ruled]) -> None:
    gathered = [each for each in ruled if each.digest]
    if not gathered:
        return
    _open_digests([each for each in gathered if each.digest and each.digest.id is None])
    numbers = Counter[int]()
    for each in gathered:
        assert each.digest is not None
        assert each.digest.id is not None
        numbers[each.digest.id] += max(1, len(each.case.recipient_ids))
    _execute(
        _COUNT_GATHERED, {"now": now(), "ids": list(numbers), "numbers": list(numbers.values())}
    )


def _open_digests(ruled: Sequence[Ruled]) -> None:
    """Write the digests to be opened, once each, and tell them their ids."""
    opened: dict[tuple[int, str, str], OpenDigest] = {}
    for each in ruled:
        assert each.digest is not None
        asked = each.case.notification
        opened[each.case.person.id, each.case.category.key, asked.digest_key] = each.digest
    if not opened:
        return
    people, categories, keys = map(list, zip(*opened, strict=True))
    values = {
        "now": now(),
        "people": people,
        "categories": categories,
        "keys": keys,
        "ends": [digest.closes_at for digest in opened.values()],
    }
    _execute(_CLOSE_STALE, values)
    for digest_id, *key in _execute(_OPEN_DIGESTS, values):
        opened[tuple(key)].id = digest_id


def _insert_recipients(ruled: Sequence[Ruled]) -> dict[tuple[int, int], int]:
    """Write the recipients and return their ids by notification and person."""
    if not ruled:
        return {}
    values = {
        **_rulings(ruled),
        "notifications": [each.case.notification.pk for each in ruled],
        "people": [each.case.person.id for each in ruled],
        "categories": [each.case.category.key for each in ruled],
    }
    rows = _execute(_INSERT_RECIPIENTS, values)
    return {(notification_id, user_id): each for each, notification_id, user_id in rows}


def _update_recipients(ruled: Sequence[Ruled]) -> None:
    pairs = [(each_id, each) for each in ruled for each_id in each.case.recipient_ids]
    values = {**_rulings([each for _, each in pairs]), "ids": [each_id for each_id, _ in pairs]}
    _execute(_UPDATE_RECIPIENTS, values, returns=False)


def _rulings(ruled: Sequence[Ruled]) -> dict[str, Any]:
    traces = _Shared(_trace(each.decisions) for each in ruled)
    return {
        "now": now(),
        "states": [each.state.value for each in ruled],
        "places": traces.places,
        "traces": traces.documents,
        "waiting": [orjson.dumps(each.waiting_channels).decode() for each in ruled],
        "due": [each.due_at for each in ruled],
        "digests": [each.digest.id if each.digest else None for each in ruled],
        "languages": [each.language for each in ruled],
    }


def _trace(decisions: Sequence[Decision]) -> str:
    """Return decisions as the recipient's row keeps them; `explaining` reads them."""
    return orjson.dumps(decisions, option=orjson.OPT_UTC_Z).decode()


def _write_sendings(sent: Iterable[_Sent]) -> None:
    sendings = list(sent)
    if not sendings:
        return
    _insert_deliveries(sendings)
    add_items(
        [
            NewItem(
                recipient_id=recipient_id,
                person=each.case.person,
                category=each.case.category.key,
                content=sending.said.content,
                notification=each.case.notification,
            )
            for recipient_id, each, sending in sendings
            if sending.channel is Channel.INBOX
        ]
    )


def _insert_deliveries(sendings: Sequence[_Sent]) -> None:
    documents = _Shared(sending.said.document for _, _, sending in sendings)
    values = {
        "now": now(),
        "recipients": [recipient_id for recipient_id, _, _ in sendings],
        "people": [each.case.person.id for _, each, _ in sendings],
        "categories": [each.case.category.key for _, each, _ in sendings],
        "channels": [sending.channel.value for _, _, sending in sendings],
        "registrations": [s.device.id if s.device else None for _, _, s in sendings],
        "accounts": [s.device.account_id if s.device else None for _, _, s in sendings],
        "places": documents.places,
        "documents": documents.documents,
        "urgencies": [each.case.notification.urgency for _, each, _ in sendings],
        "collapse_ids": [each.case.notification.collapse_id for _, each, _ in sendings],
        "expiries": [each.case.expires_at for _, each, _ in sendings],
        "states": [_state_of(sending).value for _, _, sending in sendings],
    }
    _execute(_INSERT_DELIVERIES, values, returns=False)


def _state_of(sending: Sending) -> DeliveryState:
    is_there = sending.channel is Channel.INBOX
    return DeliveryState.ACCEPTED if is_there else DeliveryState.QUEUED


class _Shared:
    """Documents that many rows share, each once, and which of them each row has."""

    def __init__(self, documents: Iterable[str]) -> None:
        numbered: dict[str, int] = {}
        self.places = [numbered.setdefault(each, len(numbered) + 1) for each in documents]
        self.documents = list(numbered)


def _execute(statement: str, values: dict[str, Any], *, returns: bool = True) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if returns and cursor.description else []
