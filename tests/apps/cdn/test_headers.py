"""Headers by class of content, in the words of HTTP."""

import pytest
from pytest_django import Settings

from apps.cdn.errors import UnusableTag
from apps.cdn.headers import cache_headers, has_credentials, made_private
from apps.cdn.types import ContentClass


def test_hashed_asset_is_kept_for_a_year_by_everybody() -> None:
    headers = cache_headers(ContentClass.IMMUTABLE, has_credentials=False)

    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["CDN-Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in headers


def test_picture_stays_longer_on_a_cdn_that_we_purge(settings: Settings) -> None:
    def at_cdn() -> str:
        return cache_headers(ContentClass.PUBLIC_IMAGE, has_credentials=False)["CDN-Cache-Control"]

    settings.CDN_PROVIDER = ""
    assert "max-age=3600," in at_cdn()
    settings.CDN_PROVIDER = "cloudflare"
    assert "max-age=2592000," in at_cdn()


def test_tags_are_written_for_both_kinds_of_cdn() -> None:
    headers = cache_headers(
        ContentClass.PUBLIC_IMAGE, has_credentials=False, tags=("file-1", "file-2", "file-1")
    )

    assert headers["Cache-Tag"] == "file-1,file-2"
    assert headers["Surrogate-Key"] == "file-1 file-2"


@pytest.mark.parametrize("tag", ["", "a b", "a,b", "A", "a\r\nSet-Cookie: x", "x" * 129])
def test_tag_that_a_cdn_would_misread_is_refused(tag: str) -> None:
    with pytest.raises(UnusableTag):
        cache_headers(ContentClass.PUBLIC_IMAGE, has_credentials=False, tags=[tag])


def test_more_tags_than_fit_into_the_header_are_refused() -> None:
    with pytest.raises(UnusableTag):
        cache_headers(
            ContentClass.IMMUTABLE, has_credentials=False, tags=[f"t{each}" for each in range(65)]
        )


@pytest.mark.parametrize("content_class", [ContentClass.PRIVATE, ContentClass.API])
def test_private_answer_is_asked_for_anew_by_its_own_device_only(
    content_class: ContentClass,
) -> None:
    headers = cache_headers(content_class, has_credentials=True, varies_on=["Accept"])

    assert headers == {
        "Cache-Control": "private, no-cache",
        "CDN-Cache-Control": "no-store",
        "Vary": "Accept, Authorization, Cookie",
    }


def test_what_is_never_stored_says_nothing_else() -> None:
    assert cache_headers(ContentClass.NEVER_STORED, has_credentials=False) == {
        "Cache-Control": "no-store",
        "CDN-Cache-Control": "no-store",
    }


def test_cookie_of_a_request_counts_only_where_the_answer_depends_on_it() -> None:
    assert not has_credentials({"Cookie": "a=b"}, {"Vary": "Accept"})
    assert not has_credentials({"Cookie": ""}, {"Vary": "Accept, cookie"})
    assert has_credentials({"Cookie": "a=b"}, {"Vary": "Accept, cookie"})
    assert has_credentials({}, {"Vary": "*"})
    assert not has_credentials({}, {"Vary": "Cookie"})


def test_shared_lifetime_goes_with_the_word_public() -> None:
    changed = made_private({"Cache-Control": "Public, S-MaxAge=60, max-age=5"})

    assert changed["Cache-Control"] == "private, max-age=5"


@pytest.mark.parametrize("said", ["no-store", "private, no-cache", "max-age=0, no-cache"])
def test_answer_that_is_not_public_is_changed_in_nothing(said: str) -> None:
    assert made_private({"Cache-Control": said}) == {}
