"""The middleware finishes what any part of the house answers."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from apps.accounts.models import User
from apps.api.middleware import EntityMiddleware

LONG = b"<p>Harbour House</p>" * 100


def answered(view: Callable[[HttpRequest], HttpResponseBase], **headers: str) -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip", **headers})
    return EntityMiddleware(view)(request)


def test_page_is_compressed_and_then_known() -> None:
    first = answered(lambda _: HttpResponse(LONG))
    assert isinstance(first, HttpResponse)

    again = answered(lambda _: HttpResponse(LONG), **{"If-None-Match": first["ETag"]})
    assert isinstance(again, HttpResponse)

    assert gzip.decompress(first.content) == LONG
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Vary"]) == (first["ETag"], "Accept-Encoding")
    assert "Content-Type" not in again


def test_answer_with_a_cookie_is_left_as_it_is() -> None:
    def view(_: HttpRequest) -> HttpResponse:
        response = HttpResponse(LONG)
        response.set_cookie("csrftoken", "secret")
        return response

    answer = answered(view)

    assert isinstance(answer, HttpResponse)
    assert answer.content == LONG
    assert "ETag" not in answer


def test_stream_flows_on_as_it_comes() -> None:
    def chunks() -> Iterator[bytes]:
        yield LONG
        yield LONG

    answer = answered(lambda _: StreamingHttpResponse(chunks(), content_type="text/event-stream"))

    assert isinstance(answer, StreamingHttpResponse)
    assert list(answer) == [LONG, LONG]
    assert "Content-Encoding" not in answer


@pytest.mark.django_db
def test_api_is_compressed_with_a_true_length() -> None:
    plain = Client().get("/api/v1/errors/")

    answer = Client().get("/api/v1/errors/", headers={"Accept-Encoding": "gzip, br;q=0.5"})

    assert answer["Content-Encoding"] == "gzip"
    assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content)
    assert gzip.decompress(answer.content) == plain.content


@pytest.mark.django_db
def test_answer_to_head_tells_what_get_would_send() -> None:
    headers = {"Accept-Encoding": "br"}
    get = Client().get("/api/v1/errors/", headers=headers)

    head = Client().head("/api/v1/errors/", headers=headers)

    assert head.content == b""
    for name in ("ETag", "Content-Encoding", "Content-Length", "Vary"):
        assert head[name] == get[name]


@pytest.mark.django_db
def test_operators_pages_are_left_as_they_are(staff: User) -> None:
    client = Client()
    client.force_login(staff)

    page = client.get("/admin/", headers={"Accept-Encoding": "gzip, br"})

    assert page.status_code == 200
    assert "Content-Encoding" not in page
    assert "ETag" not in page
