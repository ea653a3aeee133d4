"""Only JSON in UTF-8 of a bounded size is read."""

from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.apps.api.sample import Problem

ECHO = "/api/v1/sample/echo/"
JSON = "application/json"


def post(client: Any, body: bytes, media_type: str, **environ: Any) -> Any:
    return client.generic("POST", ECHO, body, media_type, **environ)


def test_a_document_reaches_the_view(client: APIClient) -> None:
    response = post(client, '{"name": "café"}'.encode(), JSON)

    assert response.json() == {"name": "café"}


def test_no_body_is_an_empty_document(client: APIClient) -> None:
    assert client.post(ECHO).json() == {}


@pytest.mark.parametrize("media_type", [f"{JSON}; charset=UTF-8", f"{JSON};charset=utf8", JSON])
def test_utf_8_may_be_named(client: APIClient, media_type: str) -> None:
    assert post(client, b"[1]", media_type).json() == [1]


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/jsonp",
        "nonsense",
        "",
        f"{JSON}; charset=utf-16",
        f"{JSON}; charset=zlib",
        f"{JSON}; charset=none-such",
    ],
)
def test_other_media_types_are_refused(
    client: APIClient, problem: Problem, media_type: str
) -> None:
    response = post(client, b"[1]", media_type)

    problem(response, status=415, code="api.unsupported_media_type")


def test_a_compressed_body_is_refused(client: APIClient, problem: Problem) -> None:
    response = post(client, b"[1]", JSON, HTTP_CONTENT_ENCODING="gzip")

    problem(response, status=415, code="api.unsupported_media_type")


def test_a_body_in_chunks_is_refused(client: APIClient, problem: Problem) -> None:
    response = post(client, b"[1]", JSON, HTTP_TRANSFER_ENCODING="Chunked")

    problem(response, status=411, code="api.length_required")


@pytest.mark.parametrize("length", [1024 * 1024 + 1, 10**25, "9" * 10_000])
def test_a_large_body_is_refused_by_its_length(
    client: APIClient, problem: Problem, length: int | str
) -> None:
    response = post(client, b"[1]", JSON, CONTENT_LENGTH=str(length))

    problem(response, status=413, code="api.body_too_large")


def test_a_body_of_the_largest_size_is_read(client: APIClient) -> None:
    body = b'"%b"' % (b"a" * (1024 * 1024 - 2))

    assert post(client, body, JSON).status_code == 200


@pytest.mark.parametrize("length", ["-1", "abc", "1.5", "1,1", "0x1"])
def test_a_length_that_is_none_is_refused(client: APIClient, problem: Problem, length: str) -> None:
    response = post(client, b"[1]", JSON, CONTENT_LENGTH=length)

    problem(response, status=400, code="api.bad_request")


def test_a_body_shorter_than_its_length_is_malformed(client: APIClient, problem: Problem) -> None:
    cut = {"CONTENT_LENGTH": "100", "wsgi.input": BytesIO(b'{"a": [1]}')}
    response = post(client, b"", JSON, **cut)

    problem(response, status=400, code="api.malformed_body")
