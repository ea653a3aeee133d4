"""What is asked is read from the environment, where nothing about it is unusual."""

import pytest
from pytest_django import Settings

from apps.api.lane.asked import read, shape_of, without

ID = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"
PLAIN = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": f"/api/v1/buildings/{ID}/requests/",
    "HTTP_AUTHORIZATION": "Bearer a.token-of.sufficient_length",
    "HTTP_HOST": "testserver",
    "wsgi.url_scheme": "http",
}


def test_plain_request_is_read() -> None:
    asked = read({**PLAIN, "QUERY_STRING": "limit=3&fields=id%2Cname"})

    assert asked is not None
    assert (asked.shape, asked.ids) == ("/api/v1/buildings/*/requests/", [ID])
    assert (asked.query, asked.scheme) == ("limit=3&fields=id%2Cname", "http")


@pytest.mark.parametrize(
    "difference",
    [
        {"REQUEST_METHOD": "HEAD"},
        {"PATH_INFO": "/admin/"},
        {"PATH_INFO": "/api/v1/caf\xc3\xa9/"},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": "Basic YTpiOmM6ZDplOmY6ZzpoOmk="},
        {"HTTP_AUTHORIZATION": "Bearer short"},
        {"QUERY_STRING": "a=%00"},
        {"QUERY_STRING": "a=b&"},
        {"QUERY_STRING": "a"},
        {"QUERY_STRING": "a=b+c"},
        {"QUERY_STRING": "&".join(["a=b"] * 11)},
        {"CONTENT_LENGTH": "2"},
        {"CONTENT_TYPE": "text/plain"},
        {"SCRIPT_NAME": "/below"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "a b"},
        {"HTTP_COOKIE": ""},
        {"HTTP_RANGE": "bytes=0-"},
    ],
)
def test_unusual_request_is_not(difference: dict[str, str]) -> None:
    assert read({**PLAIN, **difference}) is None


def test_scheme_is_what_the_proxy_tells(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    told = [read({**PLAIN, "HTTP_X_FORWARDED_PROTO": text}) for text in ("https, http", "http")]

    assert [asked.scheme for asked in told if asked] == ["https", "http"]


def test_parameter_is_taken_out_of_a_query() -> None:
    assert without("a=1&cursor=x&b=", "cursor") == ("a=1&b=", "x")
    assert without("", "cursor") == ("", None)
    assert without("a=1&a=2", "cursor") is None


def test_ids_of_a_path_become_stars() -> None:
    assert shape_of(f"/a/{ID}/b/{ID}/") == ("/a/*/b/*/", [ID, ID])
    assert shape_of("/a/b/") == ("/a/b/", [])
