"""A phone that keeps what it pulls, as a client does."""

import json
from collections.abc import Sequence
from typing import Any

from apps.accounts.models import User
from apps.sync.services import known_state, pull_changes
from apps.sync.types import Migration, Page, Strategy


class Phone:
    """One installation of one user, with its copies of the rows."""

    def __init__(self, user: User, name: str = "phone", *, schema_version: int = 1) -> None:
        self.caller = known_state(
            user_id=user.pk, user_public_id=user.public_id, installation_id=name
        )
        self.schema_version = schema_version
        self.checkpoint: int | None = None
        self.tables: dict[str, dict[str, dict[str, Any]]] = {}
        # What the pages of the pull that is under way have named, for a replacement.
        self._named: set[tuple[str, str]] = set()
        # How often each row was sent to it, and how often each id as gone.
        self.sent: dict[tuple[str, str], int] = {}
        self.gone: dict[tuple[str, str], int] = {}

    def pull(self, **how: Any) -> list[Page]:
        """Pull until there is no more, and return the pages."""
        pages = [self.pull_page(**how)]
        while pages[-1].has_more:
            pages.append(self.pull_page(**how))
        return pages

    def pull_page(self, *, migration: Migration | None = None, **how: Any) -> Page:
        """Pull one page and keep what it brings."""
        page = pull_changes(
            self.caller,
            checkpoint=self.checkpoint,
            schema_version=self.schema_version,
            migration=migration,
            **how,
        )
        if page.is_first:
            self._named.clear()
        for table in page.tables:
            self._keep(table.name, [json.loads(row) for row in table.rows], table.deleted)
        if not page.has_more and page.strategy == Strategy.REPLACEMENT:
            self._drop_others()
        self.checkpoint = page.checkpoint
        return page

    def ids(self, table: str) -> set[str]:
        """Return the ids of the rows it holds of a table."""
        return set(self.tables.get(table, {}))

    def _keep(self, table: str, rows: Sequence[dict[str, Any]], deleted: Sequence[str]) -> None:
        held = self.tables.setdefault(table, {})
        ids = [row["id"] for row in rows]
        assert len({*ids, *deleted}) == len(ids) + len(deleted), "An id occurs once in a page."
        for row in rows:
            held[row["id"]] = row
            self.sent[table, row["id"]] = self.sent.get((table, row["id"]), 0) + 1
        for record_id in deleted:
            held.pop(record_id, None)
            self.gone[table, record_id] = self.gone.get((table, record_id), 0) + 1
        self._named |= {(table, record_id) for record_id in ids}

    def _drop_others(self) -> None:
        for table, held in self.tables.items():
            for record_id in [each for each in held if (table, each) not in self._named]:
                del held[record_id]
