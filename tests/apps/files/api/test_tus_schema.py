"""The headers that answers of tus bear are those that the OpenAPI document promises."""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from apps.api.schema import document
from tests.abuse.wire import Answer
from tests.apps.files.tus_clients import OCTETS, TusClient, metadata

pytestmark = pytest.mark.django_db

# Of tus, and those by which a client goes on.
_TOLD = ("tus-", "upload-", "location", "retry-after")


@cache
def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = document()["paths"]
    return paths


def _promised(method: str, path: str, status: int) -> set[str]:
    response = _paths()[path][method]["responses"][str(status)]
    return {name.lower() for name in response.get("headers", {})}


def _told(answer: Answer) -> set[str]:
    return {name for name in answer.headers if name.startswith(_TOLD)}


def _begun(phone: TusClient, **headers: Any) -> Answer:
    about = metadata(filename="a.txt", purpose="parcel")
    return phone.ask("POST", "/api/v1/uploads/", Upload_Metadata=about, **headers)


def test_beginning_tells_what_is_promised(phone: TusClient) -> None:
    begun = _begun(phone, Upload_Length="10")

    assert begun.status == 201
    assert _told(begun) == _promised("post", "/api/v1/uploads/", 201)


@pytest.mark.parametrize(
    ("length", "other"),
    [
        ({"Upload_Length": "10"}, "upload-defer-length"),
        ({"Upload_Defer_Length": "1"}, "upload-length"),
    ],
)
def test_head_tells_what_is_promised(length: dict[str, str], other: str, phone: TusClient) -> None:
    begun = _begun(phone, Upload_Concat="partial", **length)

    stands = phone.ask("HEAD", urlsplit(begun.headers["location"]).path)

    assert stands.status == 200
    assert _told(stands) == _promised("head", "/api/v1/uploads/{id}/", 200) - {other}


def test_bytes_that_are_taken_are_answered_as_promised(phone: TusClient) -> None:
    upload = _begun(phone, Upload_Length="10").headers["location"]

    taken = phone.ask("PATCH", upload, body=b"hello", Content_Type=OCTETS, Upload_Offset="0")

    assert taken.status == 204
    assert _told(taken) == _promised("patch", "/api/v1/uploads/{id}/", 204)


def test_options_tell_what_is_promised(phone: TusClient) -> None:
    possible = phone.ask("OPTIONS", "/api/v1/uploads/", version=None)

    assert possible.status == 204
    assert _told(possible) == _promised("options", "/api/v1/uploads/", 204)


@pytest.mark.parametrize("method", ["head", "patch", "delete"])
def test_refusal_of_another_version_names_the_known_one(method: str, phone: TusClient) -> None:
    upload = _begun(phone, Upload_Length="10").headers["location"]

    refused = phone.ask(method.upper(), upload, version=None)

    assert refused.status == 412
    assert _told(refused) - {"tus-resumable"} == _promised(method, "/api/v1/uploads/{id}/", 412)
