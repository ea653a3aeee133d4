"""The record of connections: who was connected when, and what they had been sent."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.selectors import users_by_ids
from apps.realtime.models import Connection
from apps.realtime.types import SeenConnection

_LONGEST_WORD = 64
_LONGEST_REASON = 120


@transaction.atomic
def record_connections(batch: Sequence[SeenConnection]) -> None:
    """Write what a node has seen of its connections: new ones, and what became of known ones.

    Those of users who are gone are left out.
    """
    users = users_by_ids({seen.user_id for seen in batch})
    latest = {seen.client_id: seen for seen in batch if seen.user_id in users}
    Connection.objects.bulk_create(
        map(_row, latest.values()),
        update_conflicts=True,
        unique_fields=["public_id"],
        update_fields=["closed_at", "close_code", "close_reason", "positions", "updated_at"],
    )


def _row(seen: SeenConnection) -> Connection:
    return Connection(
        public_id=seen.client_id,
        user_id=seen.user_id,
        session_id=seen.session_id,
        node=seen.node[:_LONGEST_WORD],
        transport=seen.transport,
        client_name=seen.client_name[:_LONGEST_WORD],
        client_version=seen.client_version[:_LONGEST_WORD],
        opened_at=seen.opened_at,
        closed_at=seen.closed_at,
        close_code=seen.close_code,
        close_reason=seen.close_reason[:_LONGEST_REASON],
        positions=dict(seen.positions),
    )
