"""Caches keep a picture by how it was opened (A2)."""

from uuid import uuid4

import pytest

from apps.media.cache_headers import SHORT_SECONDS, of_picture
from apps.media.types import Asked, OwnFile, Parameters


@pytest.mark.parametrize("expires", [0, 4_000_000_000])
@pytest.mark.parametrize("has_credentials", [False, True])
@pytest.mark.parametrize("is_passing", [False, True])
def test_picture_is_public_only_for_whoever_has_its_url_for_ever(
    expires: int, has_credentials: bool, is_passing: bool
) -> None:
    asked = Asked(source=OwnFile(uuid4()), parameters=Parameters(), expires=expires)

    headers = of_picture(
        asked, varies_on=[], has_credentials=has_credentials, is_passing=is_passing
    )

    is_public = not expires and not has_credentials
    assert ("public" in headers["Cache-Control"]) is is_public
    assert ("public" in headers["CDN-Cache-Control"]) is is_public
    assert ("Cache-Tag" in headers) is is_public
    if is_public and is_passing:
        assert headers["Cache-Control"] == f"public, max-age={SHORT_SECONDS}"


def test_format_that_follows_the_client_varies() -> None:
    asked = Asked(source=OwnFile(uuid4()), parameters=Parameters())

    headers = of_picture(asked, varies_on=["Accept"], has_credentials=False, is_passing=False)

    assert headers["Vary"] == "Accept"
