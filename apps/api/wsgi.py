"""Django's WSGI handler with requests that cannot fail before any handler of ours sees them."""

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from typing_extensions import override


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


class Utf8Handler(WSGIHandler):
    """The handler that makes such requests."""

    request_class = Utf8Request


def get_application() -> WSGIHandler:
    """Set Django up and return the application that the server calls."""
    django.setup(set_prefix=False)
    return Utf8Handler()
