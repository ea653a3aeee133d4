"""A server whose pulls go by `updated_at`, as many do; the storm must find what it loses.

The cursor is the server's time of the last pull, which WatermelonDB's documentation advises. All
else, pushes above all, is the product's.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import django
import orjson

django.setup()

from apps.sync.api.views import base, watermelon  # noqa: E402  needs the setup
from apps.sync.models import Grant, Tombstone  # noqa: E402  as above
from apps.sync.ports import SyncedTable, tables  # noqa: E402  as above
from apps.sync.selectors import records  # noqa: E402  as above
from apps.sync.types import Caller, ChangedTable, Page, Strategy  # noqa: E402  as above

# What the view calls; a KeyError here tells that it calls something else by now.
_doors = vars(watermelon)
_pull, _push = _doors["pull_changes"], _doors["push_changes"]
_known_state = vars(base)["known_state"]
# State and the time of a pull → the checkpoint that the product gave for it.
_checkpoints: dict[tuple[int, int | None], int] = {}


def known_state(*, checkpoint: int | None, **told: Any) -> Caller:
    """Know the device as the product does, without what is a time here."""
    known: Caller = _known_state(**told)
    return known


def pull_changes(caller: Caller, *, checkpoint: int | None, **asked: Any) -> Page:
    """Return what was updated since the last pull, if all transactions committed at once."""
    now_ms = int(time.time() * 1000)
    page: Page = _pull(caller, checkpoint=_checkpoints.get((caller.state_id, checkpoint)), **asked)
    _checkpoints[caller.state_id, now_ms] = page.checkpoint
    if checkpoint is None:
        return replace(page, checkpoint=now_ms)
    since = datetime.fromtimestamp(checkpoint / 1000, UTC)
    changed = [_changed(table, caller, since) for table in tables]
    return replace(
        page,
        tables=changed,
        checkpoint=now_ms,
        has_more=False,
        strategy=Strategy.INCREMENTAL,
    )


def push_changes(
    caller: Caller, changes: Sequence[Any], *, checkpoint: int | None = None, **asked: Any
) -> Any:
    """Push as the product does, with the checkpoint behind the time."""
    known = _checkpoints.get((caller.state_id, checkpoint))
    return _push(caller, changes, checkpoint=known, **asked)


def _changed(table: SyncedTable, caller: Caller, since: datetime) -> ChangedTable:
    scopes = Grant.objects.filter(user_id=caller.user_id, revoked_at=None).values("scope")
    rows: Any = table.model._default_manager.filter(sync_scope__in=scopes)
    ids = rows.filter(updated_at__gt=since).values_list("sync_id", flat=True)
    changed = records(table, list(ids), schema_version=1)
    gone = Tombstone.objects.filter(
        scope__in=scopes, table_name=table.model._meta.db_table, buried_at__gt=since
    ).values_list("record_id", flat=True)
    return ChangedTable(
        name=table.name,
        rows=[orjson.dumps(record).decode() for record in changed.values()],
        # An id comes once: what was deleted in between is for the next pull.
        deleted=sorted(set(gone) - changed.keys()),
    )


vars(base)["known_state"] = known_state
_doors |= {"pull_changes": pull_changes, "push_changes": push_changes}

from config.wsgi import application  # noqa: E402  with what is now there

__all__ = ["application"]
