"""Exceptions, described for the log: type, message, stack, and a fingerprint to group them by."""

import hashlib
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

_MOST_FRAMES = 60


def described(exception: BaseException) -> dict[str, Any]:
    """Return what the log tells of an exception.

    The fingerprint is made of the exception's type and of the functions it passed through, so
    it survives edits that only move lines, other messages, and deeper recursion.
    """
    return {
        "error_type": type_name(exception),
        "error_message": _message(exception),
        "fingerprint": fingerprint(exception),
        "stack": _stack(exception),
    }


def type_name(exception: BaseException) -> str:
    """Return the full name of an exception's type; the module is left out for built-in ones."""
    kind = type(exception)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def fingerprint(exception: BaseException) -> str:
    """Return 16 hexadecimal digits that are equal for equal faults."""
    # Each function once: a recursion is the same fault at every depth.
    places = dict.fromkeys(_places(exception.__traceback__))
    trail = "\n".join([type_name(exception), *places])
    return hashlib.sha256(trail.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        frame = trace.tb_frame
        yield f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_qualname}"
        trace = trace.tb_next


def _message(exception: BaseException) -> str:
    try:
        return str(exception)
    except Exception:  # noqa: BLE001  an exception's own __str__ may raise anything
        return "<unprintable>"


def _stack(exception: BaseException) -> str:
    try:
        summary = traceback.TracebackException.from_exception(
            exception, limit=-_MOST_FRAMES, compact=True
        )
        return "".join(summary.format())
    except Exception:  # noqa: BLE001  formatting runs code of the exception's own
        return "<unprintable>"
