"""One attempt as it is drawn: where its time went, what was sent, what came back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.webhooks.models import Attempt

# Narrower parts could not be seen, or pointed at.
LEAST_PERCENT = 1.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of an attempt's time, as wide as it was long."""

    kind: str
    name: str
    ms: float
    percent: float


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    """What the page shows of an attempt."""

    attempt: Attempt
    parts: Sequence[Part]
    sent: str
    answer: str


def view_of(attempt: Attempt) -> AttemptView:
    """Return an attempt as the page shows it."""
    return AttemptView(
        attempt=attempt,
        parts=tuple(_parts(attempt)),
        sent=_lines(attempt.request_headers.items()),
        answer=_answer(attempt),
    )


def _parts(attempt: Attempt) -> Iterator[Part]:
    steps = (
        ("dns", "DNS", attempt.dns_ms),
        ("connect", "connect", attempt.connect_ms),
        ("tls", "TLS", attempt.tls_ms),
        ("wait", "first byte", attempt.first_byte_ms),
    )
    taken = [(kind, name, ms) for kind, name, ms in steps if ms is not None]
    rest = attempt.duration_ms - sum(ms for _, _, ms in taken)
    # Without a first byte the time after the last step that succeeded is the failure.
    name = "rest" if attempt.first_byte_ms is not None else "until it failed"
    whole = max(attempt.duration_ms, 0.001)
    for kind, label, ms in (*taken, ("rest", name, max(rest, 0.0))):
        yield Part(kind=kind, name=label, ms=ms, percent=max(LEAST_PERCENT, 100 * ms / whole))


def _answer(attempt: Attempt) -> str:
    if attempt.status is None:
        return f"None ({attempt.error})"
    body = bytes(attempt.response_body).decode(errors="replace")
    cut = "\n… (cut)" if attempt.is_cut else ""
    return f"{_lines(attempt.response_headers)}\n\n{body}{cut}"


def _lines(headers: Any) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)
