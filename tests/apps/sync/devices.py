"""A device that edits its copies at once and tells the server later, as clients do."""

import json
from collections.abc import Sequence
from typing import Any

from typing_extensions import override

from apps.accounts.models import User
from apps.sync.api.watermelon import pulled_out
from apps.sync.clocks import now_ms
from apps.sync.models import SyncConflict, SyncState
from apps.sync.services import pull_changes, push_changes
from apps.sync.types import Change, ConflictKind, Operation, Outcome, Page, Result, Strategy
from tests.apps.sync.phones import Phone
from tests.apps.sync.pushes import deletion, upsert

# Few enough that a full set takes several.
_ROWS_IN_A_PAGE = 3


class Device:
    """A client of our own protocol, whose clock is ``skew_ms`` ahead of ours."""

    def __init__(self, user: User, name: str, *, skew_ms: int) -> None:
        self.user, self.skew_ms = user, skew_ms
        self.phone = Phone(user, name)
        SyncState.objects.filter(pk=self.phone.caller.state_id).update(clock_offset_ms=-skew_ms)
        self.waiting: list[Change] = []
        # What it sent without hearing an answer.
        self.unheard: list[Change] = []
        # What it sent last, and what it was answered.
        self.sent: list[Change] = []
        self.answers: list[Result] = []

    def row(self, table: str, record_id: str) -> dict[str, Any] | None:
        """Return its copy."""
        return self.phone.tables.get(table, {}).get(record_id)

    def clock(self) -> int:
        """Return what its clock shows."""
        return (now_ms() + self.skew_ms) << 16

    def edit(self, table: str, record_id: str, **values: Any) -> None:
        """Change its copy, or make one."""
        known = self.row(table, record_id)
        base = known.get("_revision") if known else None
        self.waiting.append(upsert(table, record_id, base, clock=self.clock(), **values))
        self.phone.tables.setdefault(table, {}).setdefault(record_id, {"id": record_id}).update(
            values
        )

    def delete(self, table: str, record_id: str) -> None:
        """Delete its copy."""
        known = self.row(table, record_id)
        if known is not None:
            self.waiting.append(deletion(table, record_id, known.get("_revision")))
            del self.phone.tables[table][record_id]

    def push(self, *, is_heard: bool = True) -> None:
        """Send what waits, and again what was sent in vain; take over what the server says."""
        changes = [*self.unheard, *self.waiting]
        self.waiting.clear()
        results = push_changes(self.phone.caller, changes)
        _refuse_lost_versions(changes, results)
        if changes:
            self.sent, self.answers = changes, results
        self.unheard = [] if is_heard else changes
        if is_heard:
            for change, result in zip(changes, results, strict=True):
                self._take(change, result)

    def pull(self) -> None:
        """Take what others changed; a client pushes first, so that it loses no edit of its own."""
        self.push()
        while self.pull_page().has_more:
            pass

    def pull_page(self) -> Page:
        """Take one page, and leave the rest for later."""
        return self.phone.pull_page(with_revisions=True, row_limit=_ROWS_IN_A_PAGE)

    def _take(self, change: Change, result: Result) -> None:
        held = self.phone.tables.setdefault(change.table, {})
        known = held.get(change.record_id)
        assert result.outcome is not Outcome.QUEUED
        if result.record is not None:
            held[change.record_id] = {**result.record, "_revision": result.revision}
        elif result.revision is None and change.operation is Operation.UPSERT:
            held.pop(change.record_id, None)
        elif known is not None and result.revision is not None:
            known["_revision"] = result.revision


class WatermelonDevice(Device):
    """A device that pulls as WatermelonDB does: one answer, and of a full set nothing else."""

    @override
    def pull_page(self) -> Page:
        """Take one answer; one that replaces holds all pages of the full set."""
        pages = [self._page(self.phone.checkpoint)]
        while pages[0].strategy is Strategy.REPLACEMENT and pages[-1].has_more:
            page = self._page(pages[-1].checkpoint)
            pages = [page] if page.is_first else [*pages, page]
        answer = json.loads(pulled_out(pages, schema_version=1))
        replaces = answer.get("experimentalStrategy") == "replacement"
        for name, changes in answer["changes"].items():
            held = {} if replaces else self.phone.tables.get(name, {})
            held |= {row["id"]: row for row in changes["updated"]}
            for record_id in changes["deleted"]:
                held.pop(record_id, None)
            self.phone.tables[name] = held
        self.phone.checkpoint = answer["timestamp"]
        return pages[-1]

    def _page(self, checkpoint: int | None) -> Page:
        return pull_changes(
            self.phone.caller,
            checkpoint=checkpoint,
            with_revisions=True,
            row_limit=_ROWS_IN_A_PAGE,
        )


def _refuse_lost_versions(changes: Sequence[Change], results: Sequence[Result]) -> None:
    """Assert that conflicts of a push keep what the client wanted and what it met."""
    wanted: dict[object, dict[str, Any]] = {}
    for change, result in zip(changes, results, strict=True):
        if result.outcome is Outcome.CONFLICT and not result.is_repeated:
            wanted.setdefault(result.conflict_id, {}).update(change.values)
    kept = SyncConflict.objects.in_bulk(list(wanted), field_name="public_id") if wanted else {}
    assert kept.keys() == wanted.keys()
    for conflict_id, values in wanted.items():
        conflict = kept[conflict_id]
        assert conflict.mine.items() >= {
            (name, value) for name, value in values.items() if name in conflict.fields
        }
        assert (conflict.theirs is None) is (conflict.kind == ConflictKind.EDIT_DELETED)
