"""Parse Server on PostgreSQL: a backend for phones that is written in JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
from psycopg import sql

from bench import asking, rows, tokens
from bench.cells import Cell, Request
from bench.peer import (
    PeerUnavailable,
    Requests,
    Running,
    Setting,
    ask,
    wait_until_it_answers,
)
from bench.peers.node_server import NodeProject
from devstack.program import Program

MASTER_KEY = "only-this-bench-uses-it"
CLASS = "Request"
_FIELDS = (
    "building",
    "unit",
    "authorId",
    "authorName",
    "title",
    "description",
    "status",
    "priority",
)
_SCHEMA = {
    "className": CLASS,
    "fields": {name: {"type": "String"} for name in _FIELDS},
    "classLevelPermissions": {
        name: {"*": True} for name in ("find", "get", "create", "count", "update", "delete")
    },
}
OWN = {"X-Parse-Application-Id": "bench"}
# A public row, as the server itself writes it; of a million hashes that short, two would be equal.
FILL = """
INSERT INTO "Request" ("objectId", "createdAt", "updatedAt", building, "authorId", "authorName",
    title, description, status, priority, _rperm, _wperm)
SELECT substr(md5(number::text), 1, 3) || lpad(to_hex(number), 7, '0'), now(), now(),
    {building}, uuidv7()::text,
    'Person ' || number, {title}, {description}, 'open', 'normal', '{{*}}', '{{*}}'
FROM generate_series(1, {count}) AS number
"""
_INDEX = 'CREATE INDEX request_newest ON "Request" (building, "createdAt" DESC)'
_KNOWN = 'SELECT "objectId" FROM "Request" ORDER BY hashtext("objectId") LIMIT {count}'


class ParseServer:
    """Its REST API for one class, public to whoever has a valid JWT."""

    name = "parse-server"
    about = "parse-server 9 on express 5 and PostgreSQL; fast-jwt in front, classes open to all"

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._project = NodeProject("parse_server", setting)

    def install(self) -> None:
        """Fetch its packages; raises PeerUnavailable."""
        self._project.install()

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Serve a database of its own, filled as its own rows are."""
        database_url = self._setting.stores.make_database("parse")
        env = {
            "DATABASE_URL": database_url,
            "MASTER_KEY": MASTER_KEY,
            # Read while it is imported; else it makes a folder where it stands.
            "PARSE_SERVER_LOGS_FOLDER": "null",
        }
        live = Request(path="/parse/health", headers=OWN)
        with self._project.serving(env) as program:
            wait_until_it_answers(program, live)
            make_class(program)
            known = self._fill(database_url)
            yield Running(program=program, requests={**self._requests(known), Cell.LIVE: [live]})

    def _fill(self, database_url: str) -> list[str]:
        plan, building = self._setting.plan, self._setting.table.building
        values = {
            "building": sql.Literal(building),
            "title": sql.Literal(rows.TITLE),
            "description": sql.Literal(rows.DESCRIPTION),
            "count": sql.Literal(plan.rows),
        }
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(sql.SQL(FILL).format(**values))
            connection.execute(_INDEX)
            connection.execute('VACUUM ANALYZE "Request"')
            known = connection.execute(sql.SQL(_KNOWN).format(count=sql.Literal(plan.known_rows)))
            return [object_id for (object_id,) in known]

    def _requests(self, known_rows: list[str]) -> Requests:
        base, known = f"/parse/classes/{CLASS}", tokens.of_users(self._setting.plan.users)
        building = self._setting.table.building
        where = quote(json.dumps({"building": building}, separators=(",", ":")))
        new = {**json.loads(rows.NEW), "building": building, "status": "open"}
        return {
            Cell.LIST: asking.listing(
                f"{base}?where={where}&order=-createdAt&limit=20", known, more=OWN
            ),
            Cell.GET: asking.showing(f"{base}/{{}}", known_rows, known, more=OWN),
            Cell.CREATE: asking.creating(base, known, body=json.dumps(new), more=OWN),
        }


def make_class(program: Program) -> None:
    """Make the class of the rows; raises PeerUnavailable."""
    assert program.port is not None
    request = Request(
        method="POST",
        path=f"/parse/schemas/{CLASS}",
        headers={**OWN, "X-Parse-Master-Key": MASTER_KEY, "Content-Type": "application/json"},
        body=json.dumps(_SCHEMA),
    )
    status, body = ask(program.port, request)
    if status != 200:
        raise PeerUnavailable(f"Its class could not be made ({status}): {body[:200]!r}")
