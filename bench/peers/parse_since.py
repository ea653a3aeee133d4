"""Parse Server asked as an app asks it that keeps copies: for rows that changed since a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from apps.kernel.ids import new_id
from bench import installing, rows, tokens
from bench.cells import Request
from bench.peer import PeerUnavailable, ask
from bench.peers.node_server import SOURCES
from bench.peers.parse_server import CLASS, FILL, MASTER_KEY, OWN, make_class
from bench.peers.pictures import program_of, started
from bench.stores import Stores
from devstack import ports
from devstack.program import Program

ASKING = 16
# What it gives without being asked for more is 100.
LIMIT = 1000

_INDEX = 'CREATE INDEX request_changed ON "Request" (building, "updatedAt")'
_AGE = """UPDATE "Request" SET "updatedAt" = now() - interval '2 days'"""
_CHANGE = """
UPDATE "Request" SET "updatedAt" = now()
WHERE "objectId" IN (SELECT "objectId" FROM "Request" ORDER BY hashtext("objectId") LIMIT {count})
"""


@contextmanager
def serving(
    opened: Stores, *, folder: Path, core: int, count: int, changes: int
) -> Iterator[tuple[Program, Sequence[Request]]]:
    """Serve a database of its own; yield the server and what asks it; raises PeerUnavailable."""
    home, port = folder / "parse_server", ports.free_port()
    installing.install_node_project(SOURCES / "parse_server", home)
    database_url, building = opened.make_database("parse_since"), str(new_id())
    env = {
        "NODE_ENV": "production",
        "HOST": ports.LOOPBACK,
        "PORT": str(port),
        "JWT_SECRET": tokens.SECRET,
        "DATABASE_URL": database_url,
        "MASTER_KEY": MASTER_KEY,
        "PARSE_SERVER_LOGS_FOLDER": "null",
    }
    command = ["node", str(home / "server.js")]
    program = program_of("parse", command, folder=folder, core=core, port=port, env=env)
    with started(program, Request(path="/parse/health", headers=OWN)):
        make_class(program)
        _fill(database_url, building, count=count, changes=changes)
        requests = _requests(building)
        _refuse_wrong_answer(port, requests[0], changes)
        yield program, requests


def _fill(database_url: str, building: str, *, count: int, changes: int) -> None:
    values = {
        "building": sql.Literal(building),
        "title": sql.Literal(rows.TITLE),
        "description": sql.Literal(rows.DESCRIPTION),
        "count": sql.Literal(count),
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL(FILL).format(**values))
        connection.execute(_AGE)
        connection.execute(_INDEX)
        connection.execute(sql.SQL(_CHANGE).format(count=sql.Literal(changes)))
        connection.execute('VACUUM ANALYZE "Request"')


def _requests(building: str) -> list[Request]:
    since = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    changed = {"$gt": {"__type": "Date", "iso": since}}
    where = quote(json.dumps({"building": building, "updatedAt": changed}))
    path = f"/parse/classes/{CLASS}?where={where}&order=updatedAt&limit={LIMIT}"
    return [
        Request(path=path, headers={**OWN, "Authorization": f"Bearer {token}"})
        for token in tokens.of_users(ASKING)
    ]


def _refuse_wrong_answer(port: int, request: Request, changes: int) -> None:
    status, body = ask(port, request)
    if status != 200 or body.count(b'"title"') != changes:
        raise PeerUnavailable(f"Rows since a time were answered with {status}: {body[:200]!r}")
