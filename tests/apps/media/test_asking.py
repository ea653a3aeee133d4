"""A path and its query tell what is asked for, or why they do not."""

from urllib.parse import quote
from uuid import UUID

import pytest

from apps.kernel.errors import NotFound
from apps.media.asking import origin_asked, read_request
from apps.media.errors import BadParameter
from apps.media.types import Asked, Origin, OwnFile, Parameters, Remote

FILE = "019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d"


def test_file_is_asked_for_by_its_id() -> None:
    asked = read_request(f"/media/v1/files/{FILE}", "width=600&fallback=blank&expires=1795255200")

    assert asked == Asked(
        source=OwnFile(UUID(FILE)),
        parameters=Parameters(width=600),
        fallback="blank",
        expires=1795255200,
    )


@pytest.mark.parametrize(
    ("path", "query", "origin"),
    [
        ("remote", "url=https://images.test/a.jpg", Origin("https", "images.test", 443)),
        ("remote", "url=https://images.test:8443/a.jpg", Origin("https", "images.test", 8443)),
        (f"files/{FILE}", "width=600", None),
        ("remote", "url=https://images.test:99999/a.jpg", None),
        ("remote", "", None),
        ("nothing", "", None),
    ],
)
def test_origin_is_known_before_anything_else(path: str, query: str, origin: Origin | None) -> None:
    assert origin_asked(f"/media/v1/{path}", query) == origin


def test_order_of_parameters_does_not_matter() -> None:
    one = read_request(f"/media/v1/files/{FILE}", "width=600&height=300")
    other = read_request(f"/media/v1/files/{FILE.upper()}", "height=300&width=600")

    assert one == other


def test_remote_picture_is_asked_for_by_its_address_without_fragment() -> None:
    url = quote("https://a.test/b c.jpg?x=1&y=2#top".replace(" ", "%20"), safe="")

    asked = read_request("/media/v1/remote", f"url={url}")

    assert asked.source == Remote("https://a.test/b%20c.jpg?x=1&y=2")


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://a.test/", "//a.test/a.jpg", "/etc/passwd", "https://a.test/ b"),
        *("https://a.test\\@b.test/", "https://a.test/\x00", "https://a.test/" + "a" * 2048),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadParameter):
        read_request("/media/v1/remote", f"url={quote(url, safe='')}")


@pytest.mark.parametrize(
    "query",
    [
        "width=1&width=2",
        "preset=thumb&width=600",
        "preset=Thumb",
        "preset=../thumb",
        "fallback=%00",
        "expires=-1",
        "expires=0",
        "&".join(f"a{number}=1" for number in range(40)),
        "width=" + "1" * 5000,
        "width=%ff",
    ],
)
def test_query_that_is_not_plain_is_refused(query: str) -> None:
    with pytest.raises(BadParameter):
        read_request(f"/media/v1/files/{FILE}", query)


@pytest.mark.parametrize(
    "path",
    [
        *("/media/v1/", "/media/v1/files/", "/media/v1/files/1", "/media/v2/remote", "/"),
        *(f"/media/v1/files/{FILE}/", f"/media/v1/files/../{FILE}", "/media/v1/remote/"),
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    with pytest.raises(NotFound):
        read_request(path, "")
