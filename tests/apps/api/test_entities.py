"""The last step of every answer: its tag, the conditional request, its compression."""

import gzip
from collections.abc import Mapping

import pytest

from apps.api.entities import Finished, finish, has_copy
from apps.api.etags import etag_of, with_coding

LONG = b'{"name":"Harbour House"},' * 100
JSON: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Content-Length": str(len(LONG)),
    "Cache-Control": "private, no-cache",
}


def finished(
    *,
    method: str = "GET",
    status: int = 200,
    headers: Mapping[str, str] = JSON,
    body: bytes = LONG,
    if_none_match: str | None = None,
    accept_encoding: str | None = "gzip",
) -> Finished:
    return finish(
        method=method,
        status=status,
        headers=headers,
        body=body,
        if_none_match=if_none_match,
        accept_encoding=accept_encoding,
    )


def test_long_answer_is_compressed_and_tagged_as_such() -> None:
    status, headers, body = finished()

    assert (status, gzip.decompress(body)) == (200, LONG)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["ETag"] == with_coding(etag_of(LONG), "gzip")


def test_plain_answer_varies_as_well() -> None:
    _, headers, body = finished(accept_encoding=None)

    assert body == LONG
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["ETag"] == etag_of(LONG)


@pytest.mark.parametrize(
    ("vary", "expected"),
    [("Cookie", "Cookie, Accept-Encoding"), ("*", "*"), ("accept-encoding", "accept-encoding")],
)
def test_what_varied_before_still_does(vary: str, expected: str) -> None:
    assert finished(headers={**JSON, "Vary": vary}).headers["Vary"] == expected


def test_short_answer_has_only_its_tag() -> None:
    _, headers, body = finished(body=b"{}")

    assert body == b"{}"
    assert headers == {**JSON, "ETag": etag_of(b"{}")}


def test_answer_to_head_has_the_headers_of_get() -> None:
    assert finished(method="HEAD").headers == finished().headers


def test_tag_of_the_view_is_taken_over() -> None:
    _, headers, _ = finished(headers={**JSON, "ETag": '"7"'})

    assert headers["ETag"] == '"7-gzip"'


@pytest.mark.parametrize("accept_encoding", ["gzip", "br", None])
def test_who_has_the_answer_is_told_so(accept_encoding: str | None) -> None:
    first = finished(accept_encoding=accept_encoding)

    again = finished(accept_encoding=accept_encoding, if_none_match=first.headers["ETag"])

    assert (again.status, again.body) == (304, b"")
    assert again.headers == {
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
        "ETag": first.headers["ETag"],
    }


def test_copy_that_the_client_could_not_read_is_sent_anew() -> None:
    first = finished(accept_encoding="br")

    assert finished(accept_encoding="gzip", if_none_match=first.headers["ETag"]).status == 200


def test_answer_304_of_a_view_is_completed() -> None:
    headers = {"Cache-Control": "private, no-cache", "ETag": '"7"'}

    status, out, _ = finished(status=304, headers=headers, body=b"", if_none_match='"7-gzip"')

    assert (status, out["ETag"], out["Vary"]) == (304, '"7-gzip"', "Accept-Encoding")


def test_view_learns_beforehand_whether_it_has_to_render() -> None:
    assert has_copy('"7"', if_none_match='"7-gzip"', accept_encoding="gzip")
    assert not has_copy('"7"', if_none_match='"7-gzip"', accept_encoding="br")
    assert not has_copy('"7"', if_none_match=None, accept_encoding="gzip")


@pytest.mark.parametrize("mark", [{"Cache-Control": "no-store"}, {"Set-Cookie": "a=b"}])
def test_what_bears_secrets_is_left_as_it_is(mark: Mapping[str, str]) -> None:
    headers = {**JSON, **mark}

    assert finished(headers=headers, if_none_match="*") == (200, headers, LONG)


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 200), ("POST", 201), ("GET", 404), ("GET", 206)]
)
def test_only_a_whole_answer_to_a_read_has_a_tag(method: str, status: int) -> None:
    out = finished(method=method, status=status, if_none_match="*")

    assert out.status == status
    assert "ETag" not in out.headers


def test_answer_without_a_body_stays_without() -> None:
    assert finished(method="DELETE", status=204, headers={}, body=b"") == (204, {}, b"")
