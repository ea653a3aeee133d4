"""Statements straight to PostgreSQL: for what is asked with every request.

A cursor of Django's over one of psycopg's costs Python several times what the statement costs
PostgreSQL (R8 section 5). These go through libpq on Django's own connection: they are part of its
transaction, pass its ``execute_wrappers``, so they are counted as all others are, and fail with
Django's errors.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from itertools import count
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DataError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import Error, OperationalError, error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_MOST_PREPARED = 200
_PREPARED_FROM_USE = 3
# What becomes of a prepared statement: gone, as after DISCARD ALL; made for other columns; or there
# already, made by another process behind a pooler.
_STALE = frozenset({"26000", "0A000", "42P05"})
_DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
# By the numbers that PostgreSQL gives its types.
_READERS: Mapping[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t",
    17: lambda text: bytes.fromhex(text[2:].decode()),
    20: int,
    21: int,
    23: int,
    25: bytes.decode,
    869: bytes.decode,
    1043: bytes.decode,
    1184: lambda text: datetime.fromisoformat(text.decode()),
    2278: lambda _: None,
    2950: lambda text: UUID(text.decode()),
}
_numbers = count(1)


class Direct:
    """A statement with its values at ``$1``, ``$2``, …, which PostgreSQL plans once a connection.

    Where it is made within a function, keep it: each one that is run often stays prepared.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._bytes = text.encode()
        self._name = self._new_name()
        self._uses = 0

    def run(self, values: Sequence[bytes | None]) -> PGresult:
        """Return the result, all texts; see `in_text` for the values. Raises Django's errors."""
        db = connections[DEFAULT_DB_ALIAS]
        execute: Callable[..., PGresult] = self._execute
        for wrapper in reversed(db.execute_wrappers):
            execute = partial(wrapper, execute)
        return execute(self._text, values, False, {"connection": db})

    def first(self, values: Sequence[bytes | None]) -> tuple[Any, ...] | None:
        """Return the first row as Python's values, or None."""
        result = self.run(values)
        return row_in(result) if result.ntuples else None

    def all(self, values: Sequence[bytes | None]) -> list[tuple[Any, ...]]:
        """Return all rows as Python's values."""
        result = self.run(values)
        return [row_in(result, place) for place in range(result.ntuples)]

    def _execute(
        self, text: str, values: Sequence[bytes | None], _many: bool, context: Mapping[str, Any]
    ) -> PGresult:
        db = context["connection"]
        if db.needs_rollback:
            db.validate_no_broken_transaction()
        if not db.health_check_done:
            db.close_if_health_check_failed()
        if db.connection is None:
            db.ensure_connection()
        began = perf_counter()
        try:
            result = self._answered(db, values)
        except Error:
            with db.wrap_database_errors:
                raise
        if db.queries_logged:
            db.queries_log.append({"sql": text, "time": f"{perf_counter() - began:.3f}"})
        return result

    def _answered(self, db: BaseDatabaseWrapper, values: Sequence[bytes | None]) -> PGresult:
        server: PGconn = db.connection.pgconn
        if not db.connection.autocommit and server.transaction_status == TransactionStatus.IDLE:
            # As psycopg's cursors do it before the first statement of a transaction.
            _refuse_failure(server.exec_(b"BEGIN"))
        result = self._sent(server, values)
        if result.status not in _DONE:
            result = self._again(server, values, result, is_alone=db.get_autocommit())
        return result

    def _new_name(self) -> bytes:
        # Of the text: behind a pooler another process may have used the name on this connection,
        # and must not have meant another statement.
        return f"direct_{sha256(self._bytes).hexdigest()[:24]}_{next(_numbers)}".encode()

    def _sent(self, server: PGconn, values: Sequence[bytes | None]) -> PGresult:
        # Another thread may rename it meanwhile.
        ready, name = _prepared.on(server), self._name
        if name in ready:
            return _run_prepared(server, name, values)
        self._uses += 1
        if self._uses < _PREPARED_FROM_USE or len(ready) >= _MOST_PREPARED:
            return server.exec_params(self._bytes, values)
        made = server.prepare(name, self._bytes)
        if made.status != ExecStatus.COMMAND_OK:
            return made
        ready.add(name)
        return _run_prepared(server, name, values)

    def _again(
        self, server: PGconn, values: Sequence[bytes | None], failed: PGresult, *, is_alone: bool
    ) -> PGresult:
        """Run it unprepared where its preparation was to blame.

        Where that has spoilt a transaction, it is one more thing that is mended by asking again.
        """
        error = _error_in(failed)
        if error.sqlstate not in _STALE:
            raise error
        # Under this name it may be gone, or still be there; a new one is neither.
        _prepared.on(server).discard(self._name)
        self._name = self._new_name()
        if not is_alone:
            raise OperationalError("A prepared statement is stale; ask again.") from error
        return _refuse_failure(server.exec_params(self._bytes, values))


def in_text(value: Any) -> bytes | None:
    """Return a value as PostgreSQL reads it; raises DataError for a text with a NUL."""
    if value is None:
        return None
    write = _WRITERS.get(type(value))
    if write is None:
        # Of an enumeration, for instance.
        write = next((each for kind, each in _WRITERS.items() if isinstance(value, kind)), None)
    if write is None:
        raise TypeError(f"{type(value).__name__} is no value for a direct statement.")
    return write(value)


def _text(value: str) -> bytes:
    if "\x00" in value:
        # To libpq the text would end there.
        raise DataError("PostgreSQL texts cannot hold a NUL character.")
    return str.encode(value)


_WRITERS: Mapping[type, Callable[[Any], bytes]] = {
    str: _text,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    UUID: lambda value: value.hex.encode(),
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
    bytes: lambda value: rb"\x" + value.hex().encode(),
}


def row_in(result: PGresult, place: int = 0) -> tuple[Any, ...]:
    """Return a row of a result as Python's values; raises KeyError for an odd type."""
    return tuple(
        None if (text := result.get_value(place, number)) is None else _reader(result, number)(text)
        for number in range(result.nfields)
    )


def _reader(result: PGresult, number: int) -> Callable[[bytes], Any]:
    return _READERS[result.ftype(number)]


def _run_prepared(server: PGconn, name: bytes, values: Sequence[bytes | None]) -> PGresult:
    return server.exec_prepared(name, values)  # type: ignore[arg-type]  # NULLs are taken as well


def _refuse_failure(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise _error_in(result)
    return result


def _error_in(result: PGresult) -> Error:
    """Return what psycopg would raise; without a code, libpq tells of a lost connection."""
    error = error_from_result(result)
    is_coded = result.error_field(DiagnosticField.SQLSTATE) is not None
    return error if is_coded else OperationalError(str(error))


class _Prepared(threading.local):
    """Which statements this thread's connection has prepared."""

    def __init__(self) -> None:
        self._server: Any = None
        self._names: set[bytes] = set()

    def on(self, server: PGconn) -> set[bytes]:
        """Return the names prepared on a connection; none on a new one."""
        if server is not self._server:
            self._server, self._names = server, set()
        return self._names


_prepared = _Prepared()
