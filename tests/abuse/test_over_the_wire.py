"""Bytes that no client library sends, to the server of production; and what browsers ask it for."""

import re
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from tests import house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[house.Running]:
    with house.web(tmp_path / "web.log") as running:
        yield running


class _Bytes:
    """What http.client reads an answer from."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _: str) -> BytesIO:
        return BytesIO(self._received)


def ask(server: house.Running, request: bytes) -> tuple[int, str, bytes]:
    """Send the bytes as they are; return status, media type and body of the answer."""
    address = urlsplit(server.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    answer = HTTPResponse(_Bytes(received))  # type: ignore[arg-type]  # it only reads from it
    answer.begin()
    return answer.status, answer.headers.get("content-type", ""), answer.read()


def asked(line: bytes, *headers: bytes, body: bytes = b"", host: bytes = b"127.0.0.1") -> bytes:
    lines = [line + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers, b"", body]
    return b"\r\n".join(lines)


def test_hostile_bytes_are_answered_by_problems(server: house.Running) -> None:
    deep = b"[" * 100_000
    json = b"Content-Type: application/json"
    attempts: list[tuple[int, str, bytes]] = [
        (400, "api.untrusted_host", asked(b"GET /api/v1/errors/", host=b"evil.example")),
        (400, "api.unknown_parameter", asked(b"GET /api/v1/errors/?a=%00")),
        (
            400,
            "api.too_many_parameters",
            asked(b"GET /api/v1/errors/?" + b"&".join([b"a=1"] * 2000), json + b"; charset=utf-8"),
        ),
        (
            415,
            "api.unsupported_media_type",
            asked(b"GET /api/v1/errors/?a=1", json + b"; charset=zlib"),
        ),
        (
            411,
            "api.length_required",
            asked(
                b"POST /api/v1/errors/",
                json,
                b"Transfer-Encoding: chunked",
                body=b"2\r\n{}\r\n0\r\n\r\n",
            ),
        ),
        (
            401,
            "api.unauthenticated",
            asked(b"POST /api/v1/buildings/", json, b"Content-Length: 100000", body=deep),
        ),
        (404, "kernel.not_found", asked(b"GET /api/v1/..%2f..%2fadmin/%00")),
        (405, "api.method_not_allowed", asked(b"BREW /api/v1/errors/")),
        (406, "api.not_acceptable", asked(b"GET /api/v1/errors/", b"Accept: " + b"a/b," * 5000)),
    ]

    answers = [ask(server, request) for _, _, request in attempts]

    seen: list[Any] = []
    for status, media_type, body in answers:
        assert media_type == "application/problem+json"
        seen.append((status, orjson.loads(body)["code"]))
    assert seen == [(status, code) for status, code, _ in attempts]


def test_the_docs_page_finds_all_it_needs(server: house.Running) -> None:
    status, media_type, page = ask(server, asked(b"GET /api/v1/docs/", b"Accept: text/html"))

    assert (status, media_type) == (200, "text/html; charset=utf-8")
    for source in re.findall(rb'(?:src|href)="([^"]+)"', page):
        assert ask(server, asked(b"GET " + source, b"Accept: */*"))[0] == 200


def test_without_a_database_the_answer_is_to_come_back_later(tmp_path: Path, owner: User) -> None:
    token = sign_in_as(owner.pk).access_token.encode()
    nowhere = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"

    with house.web(tmp_path / "web.log", DATABASE_URL=nowhere) as running:
        request = asked(b"GET /api/v1/buildings/", b"Authorization: Bearer " + token)
        status, media_type, body = ask(running, request)

    assert (status, media_type) == (503, "application/problem+json")
    assert orjson.loads(body)["code"] == "api.database_unavailable"
    assert b"nobody" not in body
