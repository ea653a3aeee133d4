"""Requests as a server hands them over: a raw WSGI environment, and no client that is kind."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")

    @cached_property
    def document(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request; ``headers`` may hold what no client library would send."""

    method: str = "GET"
    target: str
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""
    peer: str = "127.0.0.1"
    # What the server says of the body besides the headers, such as its length.
    environ: Mapping[str, Any] = field(default_factory=dict)


def send(request: Sent) -> Answer:
    """Return the application's answer; an exception that leaves it is a failed test."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        started.append((status, headers))

    with kept_connections():
        response = application(_environ(request), start_response)
        try:
            body = b"".join(response)
        finally:
            # What the short lane answers has nothing to close (PEP 3333).
            getattr(response, "close", bool)()
    status, headers = started[-1]
    return Answer(
        status=int(status.split()[0]),
        headers={name.lower(): value for name, value in headers},
        body=body,
    )


@contextmanager
def kept_connections() -> Iterator[None]:
    """Keep Django from closing the connection in whose transaction the test runs."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def _environ(request: Sent) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        # As PEP 3333 has it: bytes dressed up as Latin-1.
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.peer,
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": BytesIO(),
    }
    seen: set[str] = set()
    for name, value in request.headers:
        key = _key(name)
        # Repeated headers are joined, as granian does it.
        environ[key] = f"{environ[key]},{value}" if key in seen else value
        seen.add(key)
    return environ | dict(request.environ)


def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
