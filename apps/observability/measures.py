"""What one piece of work asked of others: SQL, cache and outbound calls, counted as they happen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from time import perf_counter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


class Measures:
    """The counts of one request or task; the code that does the work adds to them."""

    __slots__ = (
        "cache_hits",
        "cache_misses",
        "cache_seconds",
        "outbound_count",
        "outbound_seconds",
        "sql_count",
        "sql_seconds",
        "told",
    )

    def __init__(self) -> None:
        self.sql_count = 0
        self.sql_seconds = 0.0
        self.cache_hits = 0
        self.cache_misses = 0
        self.cache_seconds = 0.0
        self.outbound_count = 0
        self.outbound_seconds = 0.0
        # Exceptions the log has been told of, so that several layers tell of one only once.
        self.told: list[BaseException] = []

    def as_fields(self) -> dict[str, int | float]:
        """Return the counts as the log tells them, times in milliseconds."""
        return {
            "sql_count": self.sql_count,
            "sql_ms": milliseconds(self.sql_seconds),
            "cache_hits": self.cache_hits,
            "cache_misses": self.cache_misses,
            "cache_ms": milliseconds(self.cache_seconds),
            "outbound_count": self.outbound_count,
            "outbound_ms": milliseconds(self.outbound_seconds),
        }


_current: ContextVar[Measures | None] = ContextVar("mainstay_measures", default=None)


def current() -> Measures | None:
    """Return the measures of the work this thread or task is in, or None outside of any."""
    return _current.get()


Binding = Token[Measures | None]


def bind(measures: Measures) -> Binding:
    """Count what is asked from now on until `unbind`; cheaper than a ``with`` block."""
    return _current.set(measures)


def unbind(binding: Binding) -> None:
    """Count for whom it was counted before `bind`."""
    _current.reset(binding)


@contextmanager
def measured(measures: Measures) -> Iterator[Measures]:
    """Count what is asked within a ``with`` block."""
    token = _current.set(measures)
    try:
        yield measures
    finally:
        _current.reset(token)


def milliseconds(seconds: float) -> float:
    """Return seconds as milliseconds, to the microsecond."""
    return round(seconds * 1000, 3)


def count_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run one statement and count it; a wrapper in Django's sense (``execute_wrappers``)."""
    measures = _current.get()
    if measures is None:
        return execute(sql, params, many, context)
    started = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        measures.sql_count += 1
        measures.sql_seconds += perf_counter() - started


def watch_statements(connection: BaseDatabaseWrapper) -> None:
    """Count the statements of a database connection from now on, once however often called."""
    if count_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(count_statement)
