"""Reading what a client sent, which may be of any type or size."""

from collections.abc import Mapping
from typing import Any

from apps.api.documents import read_document
from apps.realtime.protocol.errors import Closing, Refused, ReplyError
from apps.realtime.types import CloseCode

_MOST = 2**53
_LONGEST_LABEL = 64


def text(params: Mapping[str, Any], name: str) -> str:
    """Return a text, "" where it is missing; raises Closing for anything else."""
    value = params.get(name, "")
    return value if isinstance(value, str) else _malformed()


def label(params: Mapping[str, Any], name: str) -> str:
    """Return a short text that can be stored and shown; raises Closing for what is no text."""
    shown = filter(str.isprintable, text(params, name)[:_LONGEST_LABEL])
    return "".join(shown)


def data(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the application's own JSON object.

    Raises Refused for anything else, and AppError for JSON that bodies of requests may not hold.
    """
    found = read_document(params.get("data") or b"null")
    if not isinstance(found, dict):
        raise Refused(ReplyError.BAD_REQUEST)
    return found


def number(params: Mapping[str, Any], name: str) -> int:
    """Return a whole number, 0 where it is missing; raises Closing for anything else."""
    value = params.get(name, 0)
    if type(value) is int and abs(value) < _MOST:
        return value
    return int(_malformed())


def flag(params: Mapping[str, Any], name: str) -> bool:
    """Return a truth, False where it is missing; raises Closing for anything else."""
    value = params.get(name, False)
    return value if isinstance(value, bool) else _malformed()


def mapping(params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, {} where it is missing; raises Closing for anything else."""
    value = params.get(name, {})
    return value if isinstance(value, dict) else _malformed()


def _malformed() -> Any:
    raise Closing(CloseCode.BAD_REQUEST, "bad request")
