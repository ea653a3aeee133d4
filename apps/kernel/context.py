"""Who is asking: correlation ids and the acting user, carried along with the work.

The edges (middleware, Celery, consumers of the event log) bind a `Context`; everything below
reads `current()`. Formats: W3C Trace Context level 1 for the trace and span ids.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, replace
from random import getrandbits

from apps.kernel.ids import new_id_text

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


# Trace and span ids tell pieces of work apart and protect nothing. Asking the kernel for each would
# take longer than the rest of a context.
def _new_trace_id() -> str:
    return f"{getrandbits(128):032x}"


def _new_span_id() -> str:
    return f"{getrandbits(64):016x}"


@dataclass(frozen=True, kw_only=True)
class Context:
    """The correlation of one piece of work: a request, a task, a batch of events."""

    correlation_id: str = field(default_factory=new_id_text)
    trace_id: str = field(default_factory=_new_trace_id)
    span_id: str = field(default_factory=_new_span_id)
    trace_flags: str = "01"
    # The public id of the acting user, or a name such as "system"; empty for a stranger.
    actor: str = ""

    @property
    def traceparent(self) -> str:
        """The W3C header that a call made within this context carries."""
        return f"00-{self.trace_id}-{self.span_id}-{self.trace_flags}"

    def child(self) -> "Context":
        """Return the context of an outbound call: same correlation and trace, own span."""
        return replace(self, span_id=_new_span_id())


_current: ContextVar[Context | None] = ContextVar("mainstay_context", default=None)


def current() -> Context:
    """Return the bound context, or a fresh one bound from now on."""
    context = _current.get()
    if context is None:
        context = Context(actor="system")
        _current.set(context)
    return context


def bound_or_none() -> Context | None:
    """Return the bound context, or None; binds nothing, unlike `current`."""
    return _current.get()


Binding = Token[Context | None]


def bind(context: Context) -> Binding:
    """Bind a context until `unbind`; cheaper than a ``with`` block."""
    return _current.set(context)


def unbind(binding: Binding) -> None:
    """Bind again what was bound before `bind`."""
    _current.reset(binding)


@contextmanager
def bound(context: Context) -> Iterator[Context]:
    """Bind a context for the length of a ``with`` block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def act_as(actor: str) -> None:
    """Name the acting user of the bound context, once authentication knows."""
    bound = current()
    # Written out: this is part of every request, and ``replace`` takes thrice as long.
    _current.set(
        Context(
            correlation_id=bound.correlation_id,
            trace_id=bound.trace_id,
            span_id=bound.span_id,
            trace_flags=bound.trace_flags,
            actor=actor,
        )
    )


def continued_from(*, correlation_id: str | None, traceparent: str | None) -> Context:
    """Return a context that continues what a caller sent, starting anew where it is malformed.

    A correlation id is accepted only as 1 to 64 of ``A-Z a-z 0-9 . _ -``.
    """
    known: dict[str, str] = {}
    if correlation_id and _ACCEPTABLE_ID.fullmatch(correlation_id):
        known["correlation_id"] = correlation_id
    trace = _TRACEPARENT.fullmatch(traceparent or "")
    if trace and set(trace[1]) != {"0"} and set(trace[2]) != {"0"}:
        known |= {"trace_id": trace[1], "trace_flags": trace[3]}
    return Context(**known)
