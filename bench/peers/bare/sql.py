"""A WSGI application that lets PostgreSQL write the JSON: what a read costs at the least."""

import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import jwt
import orjson
import psycopg

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET = os.environ["JWT_SECRET"]
DATABASE_URL = os.environ["DATABASE_URL"]
_HEADERS = [("Content-Type", "application/json")]
_ROW = (
    "json_build_object('id', public_id, 'unit', unit_id, 'author', "
    "json_build_object('id', author_id, 'name', author_name), 'title', title, "
    "'description', description, 'status', status, 'priority', priority, "
    "'created_at', created_at, 'updated_at', updated_at)"
)
_LIST = (
    f"SELECT json_build_object('items', json_agg({_ROW}))::text FROM (SELECT * FROM request "  # noqa: S608  constants
    "WHERE building_id = %s ORDER BY public_id DESC LIMIT 20) AS newest"
)
_GET = f"SELECT {_ROW}::text FROM request WHERE building_id = %s AND public_id = %s"  # noqa: S608  constants
_CREATE = (
    "INSERT INTO request (building_id, author_id, author_name, title, description, priority) "  # noqa: S608  constants
    f"VALUES (%s, %s, %s, %s, %s, %s) RETURNING {_ROW}::text"
)
_local = threading.local()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer ``/buildings/<id>/requests[/<id>]`` and ``/health``."""
    if environ["PATH_INFO"] == "/health":
        start_response("200 OK", _HEADERS)
        return [b'{"status":"ok"}']
    claims = jwt.decode(environ["HTTP_AUTHORIZATION"][7:], SECRET, algorithms=["HS256"])
    _, _, building, _, *row = environ["PATH_INFO"].split("/")
    if environ["REQUEST_METHOD"] == "POST":
        new = orjson.loads(environ["wsgi.input"].read())
        given = [new["title"], new["description"], new["priority"]]
        text = _one(_CREATE, [building, claims["sub"], claims["name"], *given])
        start_response("201 Created", _HEADERS)
    else:
        text = _one(_GET if row else _LIST, [building, *row])
        start_response("200 OK", _HEADERS)
    return [text.encode()]


def _one(query: str, values: list[Any]) -> str:
    row = _cursor().execute(query, values, prepare=True).fetchone()
    assert row is not None
    return str(row[0])


def _cursor() -> "psycopg.Cursor[Any]":
    """Return the cursor of this thread; the server has a few that stay."""
    if not hasattr(_local, "cursor"):
        _local.cursor = psycopg.connect(DATABASE_URL, autocommit=True).cursor()
    cursor: psycopg.Cursor[Any] = _local.cursor
    return cursor
