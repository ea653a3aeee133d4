"""What a phone has of its buildings without a network: rows, an outbox and a checkpoint.

docs/reference/sync-protocol.md says what each part is for.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.playground.journey.phone import Phone

Row = dict[str, Any]

_SYNC = "/api/v1/sync/"


@dataclass
class Replica:
    """The copy on one phone; it knows the server's rows, and lays its own edits over them."""

    phone: Phone
    device: str = field(default_factory=lambda: f"journey-{secrets.token_hex(8)}")
    outbox: list[Row] = field(default_factory=list)
    checkpoint: int | None = None
    # Table → id → row, as the server has it as far as this phone knows.
    _rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    # Milliseconds and counter of the last edit.
    _clock: tuple[int, int] = (0, 0)

    @property
    def tag(self) -> str:
        """What hints of this phone's own pushes say (docs/how-to/pull-when-told.md)."""
        return hashlib.sha256(self.device.encode()).hexdigest()[:16]

    def rows(self, table: str) -> dict[str, Row]:
        """Return a table by id, as the phone shows it: with what nobody has been told yet."""
        shown = {row_id: dict(row) for row_id, row in self._rows.get(table, {}).items()}
        for operation in self.outbox:
            if operation["table"] == table:
                row = shown.setdefault(operation["id"], {"id": operation["id"]})
                row.update(operation["changes"])
        return shown

    def edit(self, table: str, row_id: str, **changes: Any) -> None:
        """Change or make a row; it needs no network."""
        known = self._rows.get(table, {}).get(row_id)
        self.outbox.append(
            {
                "op_id": str(new_id()),
                "table": table,
                "id": row_id,
                "op": "upsert",
                "base_revision": known and known["_revision"],
                "changes": changes,
                "hlc": self._tick(),
            }
        )

    async def sync(self) -> list[Row]:
        """Push, then pull; return what became of each operation."""
        results = await self.push()
        await self.pull()
        return results

    async def push(self) -> list[Row]:
        """Send the outbox; return what became of each operation."""
        if not self.outbox:
            return []
        results = await self.send()
        sent, self.outbox = self.outbox[: len(results)], self.outbox[len(results) :]
        for operation, result in zip(sent, results, strict=True):
            self._take_in(operation, result)
        return results

    async def send(self) -> list[Row]:
        """Send the outbox and keep it, as if the answer were lost; return the answer."""
        body = {**self._said(), "operations": self.outbox}
        answer = await self.phone.call("POST", f"{_SYNC}push", body)
        results: list[Row] = answer["results"]
        return results

    async def pull(self) -> None:
        """Take in what others have changed, page by page."""
        has_more = True
        while has_more:
            since = {} if self.checkpoint is None else {"checkpoint": self.checkpoint}
            query = urlencode({**self._said(), **since})
            page = await self.phone.call("GET", f"{_SYNC}pull?{query}")
            if page["strategy"] == "replacement" and page["is_first"]:
                self._rows.clear()
            for table, changed in page["changes"].items():
                rows = self._rows.setdefault(table, {})
                rows.update((row["id"], row) for row in changed["rows"])
                for row_id in changed["deleted"]:
                    rows.pop(row_id, None)
            self.checkpoint, has_more = page["checkpoint"], page["has_more"]

    def _take_in(self, operation: Row, result: Row) -> None:
        rows, row_id = self._rows.setdefault(operation["table"], {}), operation["id"]
        if result["record"] is not None:
            rows[row_id] = {**result["record"], "_revision": result["revision"]}
        elif result["outcome"] == "applied":
            row = rows.setdefault(row_id, {"id": row_id})
            row.update(operation["changes"], _revision=result["revision"])
        elif result["outcome"] == "conflict":
            rows.pop(row_id, None)

    def _tick(self) -> str:
        last_ms, counter = self._clock
        ms = max(_now_ms(), last_ms)
        self._clock = ms, counter + 1 if ms == last_ms else 0
        return "{}-{}".format(*self._clock)

    def _said(self) -> Row:
        return {"device": self.device, "client_now": _now_ms(), "pending": len(self.outbox)}


def new_row_id() -> str:
    """Return an id for a row that a phone makes, as long as WatermelonDB's."""
    return secrets.token_hex(8)


def _now_ms() -> int:
    return int(now().timestamp() * 1000)
