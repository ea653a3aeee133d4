"""Why a row did not reach a device: synced, there, visible, sent; in that order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from apps.kernel.errors import NotFound
from apps.sync.evidence import (
    Absence,
    Holding,
    Row,
    Seen,
    absence_of,
    grave_of,
    holding_of,
    row_of,
    seen_by,
)
from apps.sync.models import SyncConflict, SyncState
from apps.sync.ports import SyncedTable, tables
from apps.sync.types import ConflictState


class Answer(StrEnum):
    """Whether a question was answered in favour of the row."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Fate(StrEnum):
    """What became of a row for a device."""

    DELIVERED = "delivered"
    ECHO = "echo"
    COMING = "coming"
    OUT_OF_SCOPE = "out_of_scope"
    DELETED = "deleted"
    PURGED = "purged"
    REFUSED = "refused"
    NEVER_EXISTED = "never_existed"
    NO_TRACE = "no_trace"
    SCHEMA_TOO_OLD = "schema_too_old"
    NOT_SYNCED = "not_synced"


_VERDICTS = {
    Fate.DELIVERED: "The device has it: it was part of a pull. Look at the app.",
    Fate.ECHO: "The device has it: it wrote this version itself, so it is not sent back.",
    Fate.COMING: "It comes with the device's next pull.",
    Fate.OUT_OF_SCOPE: "The user may not see it.",
    Fate.DELETED: "It was deleted.",
    Fate.PURGED: "It was deleted, so long ago that its tombstone is gone too.",
    Fate.REFUSED: "The device has made it, and it was not taken.",
    Fate.NEVER_EXISTED: "There never was such a row.",
    Fate.NO_TRACE: "There is no trace of it: it never existed, or was deleted long ago.",
    Fate.SCHEMA_TOO_OLD: "The app's version of the schema does not have the table.",
    Fate.NOT_SYNCED: "No such table is synced.",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One question, and what is known about it."""

    question: str
    answer: Answer
    detail: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything that is known of a row and a device, and what it comes to."""

    fate: Fate
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence."""
        return _VERDICTS[self.fate]


def explain(state_id: int, table: str, record_id: str) -> Explanation:
    """Say why a row is on a device, or is not: a row by its sync or public id, a table by its name.

    Asks a handful of queries by index. Raises NotFound for a device that never synced.
    """
    state = SyncState.objects.select_related("user").filter(pk=state_id).first()
    if state is None:
        raise NotFound
    synced = tables.get(table)
    if synced is None:
        told = ", ".join(each.name for each in tables)
        return _ended(Fate.NOT_SYNCED, _synced(Answer.NO, f"These are: {told}."))
    if synced.since > state.schema_version:
        return _ended(Fate.SCHEMA_TOO_OLD, _synced(Answer.NO, _too_old(state, synced)))
    seen = seen_by(state.pk, synced.name)
    row = row_of(synced, record_id, seen)
    found = (
        _of_row(state, synced, row, seen) if row else _of_nothing(state, synced, record_id, seen)
    )
    return Explanation(
        fate=found.fate,
        findings=(
            _synced(Answer.YES, _columns_told(state, synced)),
            *found.findings,
            *_open_conflict(state, synced, row.record_id if row else record_id),
        ),
    )


def _ended(fate: Fate, *findings: Finding) -> Explanation:
    return Explanation(fate=fate, findings=findings)


def _synced(answer: Answer, detail: str) -> Finding:
    return Finding(question="Is the table synced to it?", answer=answer, detail=detail)


def _too_old(state: SyncState, synced: SyncedTable) -> str:
    return (
        f"The table is part of the schema from version {synced.since} on; "
        f"the device is at {state.schema_version}."
    )


def _columns_told(state: SyncState, synced: SyncedTable) -> str:
    missing = [each.name for each in synced.columns if each.since > state.schema_version]
    version = f"Yes, in version {state.schema_version} of the schema"
    return f"{version}, without {', '.join(missing)}." if missing else f"{version}."


def _of_row(state: SyncState, synced: SyncedTable, row: Row, seen: Seen) -> Explanation:
    there = Finding(
        question="Is the row there?",
        answer=Answer.YES,
        detail=f"Yes, at revision {row.revision}, in {row.scope or 'no scope'}.",
    )
    holding = holding_of(state, row.scope, seen)
    if not holding.is_held:
        detail = _why_not_held(state, synced, row, holding, seen)
        return _ended(Fate.OUT_OF_SCOPE, there, _visible(Answer.NO, detail))
    fate, detail = _sending(state, row, holding, seen)
    answer = Answer.NO if fate is Fate.COMING else Answer.YES
    sent = Finding(question="Was it sent?", answer=answer, detail=detail)
    return _ended(fate, there, _visible(Answer.YES, f"Yes: they see {row.scope}."), sent)


def _visible(answer: Answer, detail: str) -> Finding:
    return Finding(question="May the user see it?", answer=answer, detail=detail)


def _why_not_held(
    state: SyncState, synced: SyncedTable, row: Row, holding: Holding, seen: Seen
) -> str:
    if holding.ended_at:
        return f"Not since {_told(holding.ended_at)}: they saw {row.scope} until then."
    moved = grave_of(synced, row.record_id, seen, has_moved=True)
    if moved and holding_of(state, moved.scope, seen).is_held:
        return (
            f"Not since {_told(moved.buried_at)}: it moved from {moved.scope}, which they see, "
            f"to {row.scope}, which they do not."
        )
    return f"They were never given {row.scope}."


def _sending(state: SyncState, row: Row, holding: Holding, seen: Seen) -> tuple[Fate, str]:
    if row.state_id == state.pk:
        return Fate.ECHO, "It has written this version itself."
    if why := _why_everything(seen):
        return Fate.COMING, why
    pulled = _pulled(seen)
    if row.is_on_its_way and not row.is_seen:
        return Fate.COMING, f"{pulled}, amid the pages of a pull that brings it."
    if not holding.is_seen:
        return (
            Fate.COMING,
            f"{pulled}; {row.scope} was given to the user after that, and comes whole.",
        )
    if row.is_seen:
        return Fate.DELIVERED, f"Yes. {pulled}, which shows this version."
    return Fate.COMING, f"{pulled}; this version was committed after that."


def _why_everything(seen: Seen) -> str:
    """Return why the next pull brings all there is; "" where it brings what changed."""
    if seen.at is None:
        return "It never pulled: the first pull brings everything."
    if seen.is_superseded:
        return (
            f"{_pulled(seen)}, and no longer good: it is of another history of the database, or "
            "older than what is kept of deleted rows. The next pull brings everything anew."
        )
    return ""


def _pulled(seen: Seen) -> str:
    return f"Its last checkpoint is of {_told(seen.at)}" if seen.at else ""


def _of_nothing(state: SyncState, synced: SyncedTable, record_id: str, seen: Seen) -> Explanation:
    grave = grave_of(synced, record_id, seen, has_moved=False)
    if grave is None:
        absence, why = absence_of(state, synced, record_id)
        answer = Answer.UNKNOWN if absence is Absence.NO_TRACE else Answer.NO
        return _ended(Fate(absence), _there(answer, f"No, and it has no tombstone. {why}"))
    gone = _there(Answer.NO, f"It was deleted at {_told(grave.buried_at)}.")
    holding = holding_of(state, grave.scope, seen)
    if grave.state_id == state.pk:
        answer, detail = Answer.YES, "It has deleted it itself."
    elif not holding.is_held:
        answer, detail = Answer.UNKNOWN, f"The user does not see {grave.scope}."
    elif grave.is_seen:
        answer, detail = Answer.YES, "Yes, by a pull."
    else:
        answer, detail = Answer.NO, "The next pull tells it."
    told = Finding(question="Does the device know?", answer=answer, detail=detail)
    return _ended(Fate.DELETED, gone, told)


def _there(answer: Answer, detail: str) -> Finding:
    return Finding(question="Is the row there?", answer=answer, detail=detail)


def _open_conflict(state: SyncState, synced: SyncedTable, record_id: str) -> Iterator[Finding]:
    conflict = SyncConflict.objects.filter(
        state_id=state.pk, table=synced.name, record_id=record_id, settled=ConflictState.OPEN
    ).first()
    if conflict:
        yield Finding(
            question="Is it undisputed?",
            answer=Answer.UNKNOWN,
            detail=f"Conflict {conflict.public_id} over it is open "
            f"({conflict.get_kind_display().lower()}).",
        )


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
