"""URLs: at the CDN where anybody may see them, and never somebody else's."""

import pytest
from pytest_django import Settings

from apps.cdn.addresses import public_url, usable_urls
from apps.cdn.errors import ForeignUrl
from apps.cdn.types import ContentClass

CDN = "https://cdn.example.com"


@pytest.fixture(autouse=True)
def with_cdn(settings: Settings) -> None:
    settings.CDN_BASE_URL, settings.BASE_URL = CDN, "https://api.example.com"


def test_public_content_is_had_from_the_cdn_and_private_from_us() -> None:
    assert public_url("/media/a?w=1") == f"{CDN}/media/a?w=1"
    assert public_url("/a.js", ContentClass.IMMUTABLE) == f"{CDN}/a.js"
    assert public_url("/a", ContentClass.PRIVATE) == "https://api.example.com/a"


def test_without_a_cdn_all_is_had_from_us(settings: Settings) -> None:
    settings.CDN_BASE_URL = ""

    assert public_url("/media/a") == "https://api.example.com/media/a"


@pytest.mark.parametrize("path", ["", "a", "//evil.example", "https://evil.example", "/\\evil"])
def test_what_is_no_path_of_ours_gets_no_url(path: str) -> None:
    with pytest.raises(ForeignUrl):
        public_url(path)


def test_paths_become_what_the_cdn_knows_and_each_stands_once() -> None:
    assert usable_urls(["/a", f"{CDN}/a", "https://api.example.com/b"]) == [
        f"{CDN}/a",
        "https://api.example.com/b",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a",
        "https://cdn.example.com.evil.example/a",
        "http://cdn.example.com/a",
        "https://cdn.example.com:8443/a",
        "https://cdn.example.com@evil.example/a",
        "https://cdn.example.com:port/a",
        "https://cdn.example.com/a b",
        "ftp://cdn.example.com/a",
    ],
)
def test_url_of_somebody_else_is_refused(url: str) -> None:
    with pytest.raises(ForeignUrl):
        usable_urls([url])
