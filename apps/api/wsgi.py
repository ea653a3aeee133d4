"""Django's WSGI handler, behind the short lane, with requests that no charset makes fail."""

from http.client import responses
from typing import TYPE_CHECKING, Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from typing_extensions import override

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


class Utf8Request(WSGIRequest):
    """A request whose query string is UTF-8, whatever charset its Content-Type names.

    Django takes that charset over while it makes the request, and reads the query string in it.
    Where there is no such charset for text (``zlib``), or where the query string has too many
    parameters, this raises outside of all middleware: the server would answer an empty 500.
    """

    @property  # type: ignore[explicit-override]  # mypy overlooks it where there is a setter
    @override
    def encoding(self) -> str:
        return "utf-8"

    @encoding.setter
    @override
    def encoding(self, value: str) -> None:
        """Keep UTF-8."""


class Handler(WSGIHandler):
    """Django's handler for such requests, with the short lane in front of it."""

    request_class = Utf8Request

    def __init__(self) -> None:
        super().__init__()
        # Only now: what it imports needs the apps.
        from apps.api.lane.answering import answer  # noqa: PLC0415  as said

        self.answer_in_lane = answer

    @override
    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Any:
        """Answer a request: in the lane where it is one for it, by Django otherwise."""
        finished = self.answer_in_lane(environ)
        if finished is None:
            return super().__call__(environ, start_response)
        reason = responses[finished.status]
        start_response(f"{finished.status} {reason}", list(finished.headers.items()))
        return [finished.body]


def get_application() -> WSGIHandler:
    """Set Django up and return the application that the server calls."""
    django.setup(set_prefix=False)
    return Handler()
