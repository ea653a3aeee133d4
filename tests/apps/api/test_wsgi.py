"""Requests cannot fail before any handler of ours sees them."""

import pytest

from tests.abuse.wire import Sent, send

ECHO = "/api/v1/sample/echo/"


@pytest.mark.parametrize("charset", ["zlib", "rot13", "utf-16", "idna", "none-such", "utf-8"])
def test_the_query_string_is_utf_8_whatever_the_body_is(db: None, charset: str) -> None:
    headers = [("Content-Type", f"application/json; charset={charset}")]
    answer = send(Sent(target=f"{ECHO}?a=caf%C3%A9", headers=headers))

    if charset == "utf-8":
        assert answer.document == {"a": "café"}
    else:
        assert answer.document["code"] == "api.unsupported_media_type"


def test_too_many_parameters_are_a_problem_whatever_the_charset(db: None) -> None:
    headers = [("Content-Type", "application/json; charset=utf-8")]
    answer = send(Sent(target=f"{ECHO}?{'&'.join(['a=1'] * 2000)}", headers=headers))

    assert (answer.status, answer.document["code"]) == (400, "api.too_many_parameters")
