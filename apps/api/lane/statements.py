"""Statements of the lane: a queryset's SQL, compiled once, run again with other values.

The values of a request are found in the SQL's parameters by sentinels that stood in for them. A
statement is compiled with two sets of them; where anything but the places of the sentinels
differs, a value has gone into it in a way that cannot be repeated.
"""

import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from apps.api.lane.errors import NotForTheLane
from apps.kernel.ids import new_id

_PLACEHOLDER = re.compile(r"%([s%])")
_CASTS: Mapping[type, str] = {int: "bigint", UUID: "uuid", str: "text"}
_MOST_PREPARED = 100
_PREPARED_FROM_USE = 3
_numbers = count(1)

# Takes the seconds that a statement took.
Tell = Callable[[float], None]


class Sentinels(NamedTuple):
    """Values that stand in for those of a request: who asks, the path's ids, a page's position."""

    user_id: int
    user_public_id: UUID
    ids: tuple[UUID, ...]
    position: tuple[UUID | int | str, ...]

    def all(self) -> list[UUID | int | str]:
        """Return them in the order in which a statement is given its values."""
        return [self.user_id, self.user_public_id, *self.ids, *self.position]


def sentinels(*, ids: int, position: Sequence[type]) -> Sentinels:
    """Return values that nothing else has."""
    make: Mapping[type, Any] = {
        int: lambda: 2**61 + secrets.randbelow(2**60),
        UUID: new_id,
        str: lambda: secrets.token_hex(16),
    }
    return Sentinels(
        user_id=make[int](),
        user_public_id=new_id(),
        ids=tuple(new_id() for _ in range(ids)),
        position=tuple(make[kind]() for kind in position),
    )


@dataclass(frozen=True)
class Compiled:
    """A queryset's SQL in pieces, each followed by a value of the request or a constant."""

    pieces: tuple[str, ...]
    # Per place: the number of the request's value, or None with the constant.
    places: tuple[tuple[int | None, Any], ...]


def compiled(rows: QuerySet[Any, Any], known: Sentinels) -> Compiled:
    """Return a queryset's SQL with the places of the sentinels."""
    text, parameters = rows.query.sql_with_params()
    values = known.all()
    found = iter(parameters)
    pieces, places, end = [], [], 0
    piece = ""
    for mark in _PLACEHOLDER.finditer(text):
        piece += text[end : mark.start()]
        end = mark.end()
        if mark[1] == "%":
            piece += "%"
            continue
        pieces.append(piece)
        places.append(_place(next(found), values))
        piece = ""
    return Compiled((*pieces, piece + text[end:]), tuple(places))


def _place(value: Any, known: Sequence[Any]) -> tuple[int | None, Any]:
    for number, sentinel in enumerate(known):
        if isinstance(value, type(sentinel)) and value == sentinel:
            return number, None
    return None, value


class Statement:
    """SQL with the places of a request's values, which PostgreSQL plans once per connection."""

    def __init__(self, first: Compiled, second: Compiled, kinds: Sequence[type]) -> None:
        if first != second:
            raise NotForTheLane("its SQL holds values of the request that were computed with.")
        self.places = [number for number, _ in first.places if number is not None]
        self._name = b"lane_%d" % next(_numbers)
        self._uses = 0
        self._parts = first
        self._kinds = kinds
        self._sql = b""

    def run(self, values: Sequence[bytes], tell: Tell) -> PGresult | None:
        """Return the rows as texts; None where PostgreSQL did not give any.

        Straight through libpq: drivers and cursors cost several times what this costs.
        """
        connection.ensure_connection()
        server = connection.connection.pgconn
        parameters = [values[number] for number in self.places]
        ready = _prepared.on(server)
        began = perf_counter()
        if self._name in ready:
            result = server.exec_prepared(self._name, parameters)
        else:
            result = self._first_run(server, parameters, ready)
        tell(perf_counter() - began)
        if result.status != ExecStatus.TUPLES_OK:
            ready.clear()
            return None
        return result if result.ntuples else None

    def _first_run(self, server: Any, parameters: list[bytes], ready: set[bytes]) -> PGresult:
        if not self._sql:
            self._sql = self._rendered()
        self._uses += 1
        if self._uses < _PREPARED_FROM_USE or len(ready) >= _MOST_PREPARED:
            return server.exec_params(self._sql, parameters)
        made = server.prepare(self._name, self._sql)
        if made.status != ExecStatus.COMMAND_OK:
            return made
        ready.add(self._name)
        return server.exec_prepared(self._name, parameters)

    def _rendered(self) -> bytes:
        """Write the constants into the SQL, as Django's client-side cursors do."""
        text = self._parts.pieces[0]
        order = 0
        for (number, constant), piece in zip(
            self._parts.places, self._parts.pieces[1:], strict=True
        ):
            if number is None:
                text += sql.Literal(constant).as_string(connection.connection)
            else:
                order += 1
                text += f"${order}::{_CASTS[self._kinds[number]]}"
            text += piece
        return text.encode()


class _Prepared(threading.local):
    """Which statements this thread's connection has prepared."""

    def __init__(self) -> None:
        self._server: Any = None
        self._names: set[bytes] = set()

    def on(self, server: Any) -> set[bytes]:
        """Return the names prepared on a connection; none on a new one."""
        if server is not self._server:
            self._server, self._names = server, set()
        return self._names


_prepared = _Prepared()
