"""The reading door of sync: what a device has seen, and rows as clients see them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from apps.sync.models import Grant, SyncConflict
from apps.sync.places import kept_place
from apps.sync.ports import SyncedTable
from apps.sync.record_sql import quoted, record_sql
from apps.sync.types import Caller


def snapshot_of(caller: Caller, checkpoint: int) -> str:
    """Return the snapshot that a device has seen all of, as pg_snapshot; "" if it is not kept.

    Within the pages of a pull that is what it had seen before. Raises CheckpointInvalid.
    """
    place = kept_place(caller, checkpoint)
    return place.known_snapshot if place else ""


def records(
    table: SyncedTable,
    sync_ids: Sequence[str],
    *,
    schema_version: int,
    with_revisions: bool = False,
) -> Mapping[str, dict[str, Any]]:
    """Return rows by their ids as clients see them, whoever may see them; missing ones are not."""
    shown = record_sql(
        table, schema_version=schema_version, with_revisions=with_revisions, row="shown_row"
    )
    name = quoted(table.model._meta.db_table)  # noqa: SLF001  Django's documented API
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT shown_row.sync_id, {shown.body} FROM {name} AS shown_row{shown.joins}"  # noqa: S608  names of models
            " WHERE shown_row.sync_id = ANY(%s)",
            [list(sync_ids)],
        )
        return {sync_id: json.loads(body) for sync_id, body in cursor.fetchall()}


def visible_ids(table: SyncedTable, sync_ids: Sequence[str], *, user_id: int) -> set[str]:
    """Return those of the ids that are of rows which the user sees now."""
    grants = Grant.objects.filter(
        user_id=user_id, scope=OuterRef("sync_scope"), revoked_at__isnull=True
    )
    user = get_user_model().objects.filter(pk=user_id)
    public_id = Subquery(user.values(text=Cast("public_id", CharField()))[:1])
    rows = table.model._default_manager.filter(  # noqa: SLF001  Django's documented API
        Q(Exists(grants)) | Q(sync_scope=Concat(Value("user:"), public_id)),
        sync_id__in=list(sync_ids),
    )
    return set(rows.values_list("sync_id", flat=True))


def conflicts_of(user_id: int) -> QuerySet[SyncConflict]:
    """Conflicts over the user's own edits, open ones and decided ones, the newest first."""
    return SyncConflict.objects.filter(user_id=user_id)
