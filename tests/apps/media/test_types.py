"""Origins are compared as what they are, sources named by what says nothing of people."""

import pytest

from apps.imaging.types import Format
from apps.media.types import AskedFormat, MediaAnswer, Origin, Remote


def test_every_format_that_is_written_can_be_asked_for() -> None:
    assert list(AskedFormat) == ["auto", *Format]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.test/x", Origin("https", "a.test", 443)),
        ("http://a.test/x", Origin("http", "a.test", 80)),
        ("https://A.TEST:443", Origin("https", "a.test", 443)),
        ("https://a.test.:8443/x?y", Origin("https", "a.test", 8443)),
        ("http://[::1]:80/", Origin("http", "::1", 80)),
    ],
)
def test_origin_is_scheme_host_and_port(url: str, origin: Origin) -> None:
    assert Origin.of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a.test/", "a.test", "https:///x", "https://u@a.test/", "https://a.test:99999/"),
        *("https://u:p@a.test/", "https://[::1", "//a.test/"),
    ],
)
def test_what_has_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  urllib says it in many ways
        Origin.of(url)


def test_names_like_a_listed_one_are_other_origins() -> None:
    listed = Origin.of("https://images.test/")

    for url in (
        "https://images.test.evil.test/",
        "https://evil-images.test/",
        "https://images.test@evil.test/".replace("@", "."),
        "http://images.test/",
        "https://images.test:444/",
    ):
        assert Origin.of(url) != listed


def test_origin_is_written_as_a_url_is() -> None:
    assert str(Origin("http", "::1", 80)) == "http://[::1]:80"
    assert str(Origin("https", "a.test", 443)) == "https://a.test:443"


def test_remote_source_is_named_by_a_hash() -> None:
    source = Remote("https://a.test/people/ada.jpg")

    assert "ada" not in source.id
    assert source.id != Remote("https://a.test/people/ben.jpg").id
    assert source.tag == source.id.replace("/", "-")


def test_answer_takes_one_more_header() -> None:
    answer = MediaAnswer(status=200, headers={"A": "1"})

    assert answer.with_header("B", "2").headers == {"A": "1", "B": "2"}
