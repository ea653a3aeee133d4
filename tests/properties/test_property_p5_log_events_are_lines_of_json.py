"""P5: for all log events, there is one line of valid JSON, whatever bytes the inputs hold."""

import logging
from collections import UserDict, deque
from dataclasses import make_dataclass
from typing import Any

import orjson
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from apps.observability.lines import LONGEST_LINE
from apps.observability.logs import StructuredHandler
from tests.log_lines import LogLines

log = structlog.get_logger("sample")
RESERVED = {"event", "self", "method_name"}


class Hostile:
    """Raises whatever is asked of it."""

    @override
    def __str__(self) -> str:
        raise RecursionError

    @override
    def __repr__(self) -> str:
        raise ValueError

    @override
    def __eq__(self, other: object) -> bool:
        raise TypeError

    __hash__ = None  # type: ignore[assignment]  # as hostile as can be

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """Let Hypothesis name it in its report."""
        printer.text("Hostile()")


class Endless(UserDict[str, Any]):
    """Holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self["self"] = self
        self["more"] = [self, self]


class Short(list[int]):
    """Lies about its length."""

    @override
    def __len__(self) -> int:
        raise OverflowError


texts = (
    st.text(st.characters(), max_size=50)
    | st.sampled_from(
        ["\ud800", "\x00", "\n{}", "\r\n", "\u2028", '"}\n{"event":"forged"}', "%s %d {x}"]
    )
    | st.integers(0, 70_000).map(lambda length: "x" * length)
)
leaves: st.SearchStrategy[Any] = st.one_of(
    texts,
    st.binary(max_size=50),
    st.integers(),
    st.builds(lambda: 10**5_000),
    st.floats(),
    st.none() | st.booleans(),
    st.datetimes() | st.dates() | st.uuids() | st.decimals() | st.complex_numbers(),
    st.builds(Hostile) | st.builds(Endless) | st.builds(lambda: Short([1, 2])),
    st.builds(make_dataclass("Made", ["field"]), texts),
    st.builds(Exception, texts),
)
keys = texts | st.binary(max_size=5) | st.integers() | st.none() | st.tuples(st.integers())
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=3).map(tuple),
        st.lists(inner, max_size=3).map(deque),
        st.dictionaries(keys, inner, max_size=5),
    ),
    max_leaves=20,
)
names = st.text(st.characters(), max_size=20).filter(lambda name: name not in RESERVED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(event=texts, fields=st.dictionaries(names, values, max_size=5), raised=st.none() | leaves)
def test_property_p5_log_events_are_lines_of_json(
    event: str, fields: dict[str, Any], raised: Any, log_lines: LogLines
) -> None:
    """For all events of structlog and of the standard library: one bounded line of JSON.

    Seen to fail on a cleaner that left lone surrogates in the names of fields.
    """
    log_lines.raw()
    record = logging.LogRecord("library", logging.INFO, "", 1, event, (fields,), None)

    log.info(event, **fields)
    log.error(event, exc_info=ValueError(raised))
    StructuredHandler().handle(record)

    lines = log_lines.raw()
    assert len(lines) == 3
    assert all(len(line.encode()) <= LONGEST_LINE for line in lines)
    told = [orjson.loads(line) for line in lines]
    assert [one["level"] for one in told] == ["info", "error", "info"]
    assert all(isinstance(one["event"], str) and one["correlation_id"] for one in told)
