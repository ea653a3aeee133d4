"""The rows that everybody lists: one building's maintenance requests, in words of one length."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from apps.kernel.ids import new_id
from bench.plan import Plan
from bench.stores import Stores

TITLE = "The lamp on the third floor flickers"
# 500 characters, none of which JSON must escape.
DESCRIPTION = ("Since the storm it goes out about once a minute and comes back by itself. " * 7)[
    :500
]
NEW = json.dumps({"title": TITLE, "description": DESCRIPTION, "priority": "normal"})

_TABLE = """
CREATE TABLE request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL DEFAULT uuidv7() UNIQUE,
    building_id uuid NOT NULL,
    unit_id uuid,
    author_id uuid NOT NULL,
    author_name varchar(120) NOT NULL,
    title varchar(120) NOT NULL,
    description text NOT NULL,
    status varchar(12) NOT NULL DEFAULT 'open',
    priority varchar(10) NOT NULL DEFAULT 'normal',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
)
"""
_FILL = """
INSERT INTO request (building_id, author_id, author_name, title, description)
SELECT {building}, uuidv7(), 'Person ' || number, {title}, {description}
FROM generate_series(1, {count}) AS number
"""
_INDEX = "CREATE INDEX request_newest ON request (building_id, public_id DESC)"
_KNOWN = "SELECT public_id FROM request ORDER BY hashint8(id) LIMIT {count}"


@dataclass(frozen=True, kw_only=True)
class Table:
    """The table of the peers that bring none of their own; one row holds all that is shown."""

    database_url: str
    building: str
    known: Sequence[str]


def made(stores: Stores, plan: Plan) -> Table:
    """Make the table in a database of its own and fill it."""
    database_url, building = stores.make_database("peers"), str(new_id())
    values = {
        "building": sql.Literal(building),
        "title": sql.Literal(TITLE),
        "description": sql.Literal(DESCRIPTION),
        "count": sql.Literal(plan.rows),
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_TABLE)
        connection.execute(sql.SQL(_FILL).format(**values))
        connection.execute(_INDEX)
        connection.execute("VACUUM ANALYZE request")
        known = connection.execute(sql.SQL(_KNOWN).format(count=plan.known_rows)).fetchall()
    return Table(database_url=database_url, building=building, known=[str(row[0]) for row in known])
