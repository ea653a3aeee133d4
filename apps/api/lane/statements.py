"""Statements of the lane: a queryset's SQL, run again with the values of each request."""

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from time import perf_counter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg import sql
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from apps.kernel.prepared import Template, Value, sentinel

_CASTS: Mapping[type, str] = {int: "bigint", UUID: "uuid", str: "text"}
_MOST_PREPARED = 100
_PREPARED_FROM_USE = 3
_numbers = count(1)

# Takes the seconds that a statement took.
Tell = Callable[[float], None]


class Sentinels(NamedTuple):
    """Values that stand in for those of a request: who asks, the path's ids, a page's position."""

    user_id: Any
    user_public_id: Any
    ids: tuple[Any, ...]
    position: tuple[Any, ...]

    def all(self) -> list[Value]:
        """Return them in the order in which a statement is given its values."""
        return [self.user_id, self.user_public_id, *self.ids, *self.position]


def sentinels(*, ids: int, position: Sequence[type]) -> Sentinels:
    """Return values that nothing else has."""
    return Sentinels(
        user_id=sentinel(int),
        user_public_id=sentinel(UUID),
        ids=tuple(sentinel(UUID) for _ in range(ids)),
        position=tuple(sentinel(kind) for kind in position),
    )


class Statement:
    """SQL with the places of a request's values, which PostgreSQL plans once per connection."""

    def __init__(self, template: Template, kinds: Sequence[type]) -> None:
        self.places = [number for number, _ in template.places if number is not None]
        self._template = template
        self._kinds = kinds
        self._name = b"lane_%d" % next(_numbers)
        self._uses = 0
        self._sql = b""

    def run(self, values: Sequence[bytes], tell: Tell) -> PGresult | None:
        """Return the rows as texts; None where PostgreSQL did not give any.

        Straight through libpq: drivers and cursors cost several times what this costs.
        """
        connection.ensure_connection()
        server: PGconn = connection.connection.pgconn
        parameters = [values[number] for number in self.places]
        # Another thread may rename it meanwhile.
        ready, name = _prepared.on(server), self._name
        began = perf_counter()
        if name in ready:
            result = server.exec_prepared(name, parameters)
        else:
            result = self._first_run(server, name, parameters, ready)
        tell(perf_counter() - began)
        if result.status != ExecStatus.TUPLES_OK:
            # Under this name it may be gone, or still be there; a new one is neither.
            self._name = b"lane_%d" % next(_numbers)
            return None
        return result if result.ntuples else None

    def _first_run(
        self, server: PGconn, name: bytes, parameters: list[bytes], ready: set[bytes]
    ) -> PGresult:
        if not self._sql:
            self._sql = self._rendered()
        self._uses += 1
        if self._uses < _PREPARED_FROM_USE or len(ready) >= _MOST_PREPARED:
            return server.exec_params(self._sql, parameters)
        made = server.prepare(name, self._sql)
        if made.status != ExecStatus.COMMAND_OK:
            return made
        ready.add(name)
        return server.exec_prepared(name, parameters)

    def _rendered(self) -> bytes:
        """Write the constants into the SQL, as Django's client-side cursors do."""
        text = self._template.pieces[0]
        order = 0
        for (number, constant), piece in zip(
            self._template.places, self._template.pieces[1:], strict=True
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
