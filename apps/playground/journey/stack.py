"""The running stack, as `make run` wrote it down."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.playground.journey.narration import NotSeen

_PAGES = (
    ("Event log", "events/logentry/"),
    ("Consumers", "events/consumercursor/"),
    ("Webhook deliveries", "webhooks/delivery/"),
    ("Notifications", "notifications/notification/"),
    ("Realtime connections", "realtime/connection/"),
    ("Files", "files/file/"),
    ("Syncing devices", "sync/syncstate/"),
    ("Sync conflicts", "sync/syncconflict/"),
    ("Buildings", "buildings/building/"),
    ("Sessions", "accounts/session/"),
)


@dataclass(frozen=True)
class Stack:
    """Reads ``stack.json`` anew each time: process ids change."""

    file: Path

    @property
    def base_url(self) -> str:
        """Where the stack answers."""
        return str(self._read()["base_url"])

    @property
    def realtime_url(self) -> str:
        """Where its realtime node answers."""
        return str(self._read()["realtime_url"])

    @property
    def push_url(self) -> str:
        """Where its push services answer."""
        return str(self._read()["push_url"])

    def process_id(self, name: str) -> int:
        """The process id of one part, 0 while it is down."""
        return int(self._read()["processes"].get(name, {}).get("pid") or 0)

    def admin_pages(self) -> list[tuple[str, str]]:
        """Titles and addresses of the admin's pages that show this journey."""
        admin = str(self._read()["admin_url"])
        return [(title, f"{admin}{path}") for title, path in _PAGES]

    def _read(self) -> dict[str, Any]:
        try:
            stack: dict[str, Any] = json.loads(self.file.read_text())
        except FileNotFoundError as missing:
            raise NotSeen(
                f"No stack is running ({self.file}); start it with `make run`."
            ) from missing
        return stack
