"""Phones that sync with a server of this test, by clients that we did not write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from tests.system.node_process import NodeProcess

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WatermelonPhone:
    """WatermelonDB on a phone; `adapter` is where it keeps its rows."""

    process: NodeProcess
    device: str
    adapter: str = "loki"
    file: str = ""

    def opened(self, *, server: str, user: User, version: int = 2) -> "WatermelonPhone":
        """Begin with nothing, in this version of the app."""
        about = {"adapter": self.adapter, "file": self.file, "version": version}
        self.do("open", server=server, token=sign_in_as(user.pk).access_token, **about)
        return self

    def do(self, what: str, **about: Any) -> Any:
        """Let the phone do something; raises Refused."""
        return self.process.do(what, device=self.device, **about)

    def rows(self, table: str) -> dict[str, Row]:
        """Return what it has in a table, by id."""
        return {row["id"]: row for row in self.do("rows", table=table)}

    def sync(self, *, limit: int | None = None) -> list[Row]:
        """Synchronize until there is no more; return what each round told."""
        told = [self.do("synchronize", limit=limit)]
        while told[-1]["has_more"]:
            told.append(self.do("synchronize", limit=limit))
        return told

    @property
    def has_unsynced(self) -> bool:
        """Whether anything waits to be pushed."""
        return bool(self.do("has_unsynced"))


@dataclass(frozen=True, kw_only=True)
class RxdbPhone:
    """RxDB on a phone, of which the units are replicated."""

    process: NodeProcess
    device: str

    def opened(self, *, server: str, user: User) -> "RxdbPhone":
        """Begin with nothing."""
        self.do("open", server=server, token=sign_in_as(user.pk).access_token)
        return self

    def do(self, what: str, **about: Any) -> Any:
        """Let the phone do something; raises Refused."""
        return self.process.do(what, device=self.device, **about)

    def documents(self) -> dict[str, Row]:
        """Return what it has, by id."""
        return {document["id"]: document for document in self.do("documents")}
