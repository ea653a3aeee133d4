"""How endpoints are doing: failures in a row, since when, and pauses they asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from apps.webhooks.models import Endpoint
from apps.webhooks.types import DeliveryState, Judged

# A receiver that asks for hours of rest means one call; its others try again sooner.
LONGEST_ENDPOINT_PAUSE = timedelta(minutes=10)

_NOTE = """
UPDATE webhooks_endpoint endpoint
SET consecutive_failures = seen.failures
        + CASE WHEN seen.has_succeeded THEN 0 ELSE endpoint.consecutive_failures END,
    failing_since = CASE
        WHEN seen.failures = 0 THEN NULL
        WHEN seen.has_succeeded THEN seen.failing_since
        ELSE coalesce(endpoint.failing_since, seen.failing_since) END,
    paused_until = greatest(endpoint.paused_until, seen.paused_until)
FROM unnest(
    %(ids)s::bigint[], %(succeeded)s::boolean[], %(failures)s::int[], %(since)s::timestamptz[],
    %(paused)s::timestamptz[]
) AS seen(id, has_succeeded, failures, failing_since, paused_until)
WHERE endpoint.id = seen.id
"""


@dataclass
class _Seen:
    has_succeeded: bool = False
    failures: int = 0
    failing_since: datetime | None = None
    paused_until: datetime | None = None

    def note(self, judged: Judged) -> None:
        if _has_succeeded(judged):
            self.has_succeeded, self.failures, self.failing_since = True, 0, None
            return
        self.failures += 1
        self.failing_since = self.failing_since or judged.answer.started_at
        if judged.verdict.is_endpoint_busy and judged.verdict.pause_seconds is not None:
            pause = min(timedelta(seconds=judged.verdict.pause_seconds), LONGEST_ENDPOINT_PAUSE)
            self.paused_until = judged.judged_at + pause


def hold_changing(judged: Sequence[Judged]) -> dict[int, Endpoint]:
    """Hold the endpoints whose standing changes, in order of their ids, with their owners.

    Those that go on succeeding are not touched: that would be one row for all workers to wait at.
    """
    failing = {each.parcel.endpoint_id for each in judged if not _has_succeeded(each)}
    others = {each.parcel.endpoint_id for each in judged} - failing
    recovering = Endpoint.objects.filter(id__in=others, consecutive_failures__gt=0)
    ids = failing | set(recovering.values_list("id", flat=True))
    rows = Endpoint.objects.select_for_update(of=("self",), no_key=True).select_related("owner")
    return {row.id: row for row in rows.filter(id__in=ids).order_by("id")} if ids else {}


def note_standing(judged: Sequence[Judged], held: Collection[int]) -> None:
    """Bring the standing of the held endpoints up to date."""
    seen: dict[int, _Seen] = {}
    for each in sorted(judged, key=lambda each: each.answer.started_at):
        if each.parcel.endpoint_id in held:
            seen.setdefault(each.parcel.endpoint_id, _Seen()).note(each)
    if not seen:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "ids": list(seen),
                "succeeded": [each.has_succeeded for each in seen.values()],
                "failures": [each.failures for each in seen.values()],
                "since": [each.failing_since for each in seen.values()],
                "paused": [each.paused_until for each in seen.values()],
            },
        )


def _has_succeeded(judged: Judged) -> bool:
    return judged.verdict.state == DeliveryState.SUCCEEDED
