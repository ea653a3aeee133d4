"""How endpoints are doing: failures in a row, pauses they asked for, and the breaker."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from apps.webhooks.breaker import FAILURES_TO_OPEN, pause_after
from apps.webhooks.models import Endpoint
from apps.webhooks.types import DeliveryState, Judged

# A receiver that asks for hours of rest means one call; its others try again sooner.
LONGEST_ENDPOINT_PAUSE = timedelta(minutes=10)

_NOTED = {
    "consecutive_failures": "int",
    "failing_since": "timestamptz",
    "last_failed_at": "timestamptz",
    "paused_until": "timestamptz",
    "trips": "smallint",
    "opened_at": "timestamptz",
    "probing_until": "timestamptz",
    "warned_at": "timestamptz",
}
_NOTE = f"""
UPDATE webhooks_endpoint endpoint
SET {", ".join(f"{name} = noted.{name}" for name in _NOTED)}
FROM unnest(
    %(id)s::bigint[], {", ".join(f"%({name})s::{kind}[]" for name, kind in _NOTED.items())}
) AS noted(id, {", ".join(_NOTED)})
WHERE endpoint.id = noted.id
"""  # noqa: S608  constants


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


def note_standing(judged: Sequence[Judged], held: Mapping[int, Endpoint]) -> None:
    """Bring the standing of the held endpoints up to date, in their rows and in the database."""
    for each in sorted(judged, key=lambda each: each.answer.started_at):
        endpoint = held.get(each.parcel.endpoint_id)
        # What was refused on our side says nothing about the receiver.
        if endpoint and not each.answer.is_final:
            _note(endpoint, each)
    if held:
        _write(list(held.values()))


def begin_anew(endpoint: Endpoint) -> None:
    """Forget how an endpoint did, in its row, which the caller saves."""
    endpoint.consecutive_failures, endpoint.failing_since, endpoint.last_failed_at = 0, None, None
    endpoint.trips, endpoint.opened_at, endpoint.probing_until = 0, None, None
    endpoint.paused_until = endpoint.warned_at = None


def _note(endpoint: Endpoint, judged: Judged) -> None:
    if _has_succeeded(judged):
        _note_success(endpoint)
    else:
        _note_failure(endpoint, judged)


def _note_success(endpoint: Endpoint) -> None:
    """Close the breaker; a pause that the receiver asked for still holds."""
    pause = None if endpoint.trips else endpoint.paused_until
    begin_anew(endpoint)
    endpoint.paused_until = pause


def _note_failure(endpoint: Endpoint, judged: Judged) -> None:
    endpoint.consecutive_failures += 1
    endpoint.failing_since = endpoint.failing_since or judged.answer.started_at
    endpoint.last_failed_at = judged.judged_at
    if judged.verdict.is_endpoint_busy and judged.verdict.pause_seconds is not None:
        asked = timedelta(seconds=judged.verdict.pause_seconds)
        _pause(endpoint, judged, min(asked, LONGEST_ENDPOINT_PAUSE))
    # Not by what was claimed before it opened: one pause, not one for each.
    is_verdict = judged.parcel.is_probe if endpoint.trips else _is_too_much(endpoint)
    if is_verdict:
        endpoint.trips += 1
        endpoint.opened_at = endpoint.opened_at or judged.judged_at
        endpoint.probing_until = None
        _pause(endpoint, judged, pause_after(endpoint.trips))


def _is_too_much(endpoint: Endpoint) -> bool:
    return endpoint.consecutive_failures >= FAILURES_TO_OPEN


def _pause(endpoint: Endpoint, judged: Judged, length: timedelta) -> None:
    until = judged.judged_at + length
    endpoint.paused_until = max(until, endpoint.paused_until or until)


def _write(endpoints: Sequence[Endpoint]) -> None:
    values: dict[str, Any] = {
        name: [getattr(endpoint, name) for endpoint in endpoints] for name in ("id", *_NOTED)
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)


def _has_succeeded(judged: Judged) -> bool:
    return judged.verdict.state == DeliveryState.SUCCEEDED
