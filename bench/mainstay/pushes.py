"""Pushes from the queue to their services: claimed, sent over FCM, APNs or Web Push, recorded."""

import json
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from django.db import connection

from apps.kernel.clock import now
from apps.notifications import services as notifications
from apps.notifications.models import Delivery, ProviderAccount, Registration
from apps.notifications.types import DeliveryState
from bench.rows import TITLE

_DEVICES = """
INSERT INTO notifications_registration
    (public_id, created_at, updated_at, user_id, account_id, service, token, fid, p256dh, auth,
     app_id, locale, registered_at, retire_reason)
SELECT uuidv7(), %(now)s, %(now)s, %(user)s, %(account)s, %(service)s, token, '', p256dh, auth,
    'app.mainstay.demo', '', %(now)s, ''
FROM unnest(%(tokens)s::text[], %(p256dh)s::text[], %(auth)s::text[]) AS device(token, p256dh, auth)
"""
_NOTIFICATION = """
INSERT INTO notifications_notification
    (public_id, created_at, updated_at, sender, idempotency_key, fingerprint, category, template,
     variables, texts, data, is_silent, target_kind, target, urgency, ttl_seconds, collapse_id,
     digest_key, scheduled_at, state, expanded_until, recipient_count, correlation_id, traceparent)
SELECT uuidv7(), %(now)s, %(now)s, 'bench', gen_random_uuid()::text, '', 'bench', '', '{}', '{}',
    '{}', false, 'users', '{}', 'normal', 86400, '', '', %(now)s, 'expanded', 0, 1, '', ''
RETURNING id
"""
_RECIPIENT = """
INSERT INTO notifications_recipient
    (public_id, created_at, updated_at, notification_id, user_id, category, state, decisions,
     waiting_channels, language)
VALUES (uuidv7(), %(now)s, %(now)s, %(notification)s, %(user)s, 'bench', 'sent', '[]', '[]', 'en')
RETURNING id
"""
_DELIVERIES = """
INSERT INTO notifications_delivery
    (public_id, created_at, updated_at, recipient_id, user_id, category, channel, registration_id,
     account_id, content, urgency, collapse_id, expires_at, state, due_at, attempt_count,
     last_code, last_reason, provider_id)
SELECT uuidv7(), %(now)s, %(now)s, %(recipient)s, %(user)s, 'bench', 'push', id, account_id,
    jsonb_build_object('title', %(title)s::text, 'body', %(title)s::text, 'language', 'en'),
    'normal', '', %(now)s + interval '1 day', 'queued', %(now)s, 0, '', '', ''
FROM notifications_registration WHERE account_id = %(account)s
"""


def register_devices(*, owner: int, accounts: list[dict[str, Any]], devices: str) -> dict[str, Any]:
    """Make the accounts, each with the devices of a file; and the day's table."""
    devices_of = json.loads(Path(devices).read_text(encoding="utf-8"))
    notifications.maintain()
    for told in accounts:
        notifications.create_account(**told, is_default=True)
        account = ProviderAccount.objects.get(name=told["name"])
        tokens, keys, secrets = zip(*devices_of[told["service"]], strict=True)
        _run(
            _DEVICES,
            user=owner,
            account=account.pk,
            service=account.service,
            tokens=list(tokens),
            p256dh=list(keys),
            auth=list(secrets),
        )
    return {}


def queue_pushes(*, owner: int, service: str, deliveries: int) -> dict[str, Any]:
    """Queue about so many deliveries to the devices of one service."""
    account = ProviderAccount.objects.get(service=service)
    devices = Registration.objects.filter(account=account).count()
    notices = -(-deliveries // devices)
    for _ in range(notices):
        notification = _run(_NOTIFICATION)
        recipient = _run(_RECIPIENT, user=owner, notification=notification)
        _run(_DELIVERIES, user=owner, recipient=recipient, account=account.pk, title=TITLE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_delivery, notifications_registration")
    return {"deliveries": notices * devices}


def push() -> dict[str, Any]:
    """Deliver all that is due, as the Celery task does, in this one process."""
    before = _accepted()
    began, cpu = monotonic(), process_time()
    while notifications.deliver_due():
        pass
    seconds, cpu = monotonic() - began, process_time() - cpu
    return {"seconds": seconds, "cpu_seconds": cpu, "accepted": _accepted() - before}


def _accepted() -> int:
    return Delivery.objects.filter(state=DeliveryState.ACCEPTED).count()


def _run(statement: str, **values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now(), **values})
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
