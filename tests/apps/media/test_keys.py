"""Keys tell all that makes a picture's bytes, and nothing that names a person."""

from dataclasses import replace

import pytest

from apps.imaging.types import Fit, Format
from apps.media.keys import canonical, etag_of, picture_key
from apps.media.types import Original, Parameters, Remote

ORIGINAL = Original(
    source_id=Remote("https://a.test/people/ada.jpg").id,
    version="ab" * 32,
    content_type="image/jpeg",
    size_bytes=1,
)
WANTED = Parameters(width=600).wanted(Format.WEBP)


@pytest.mark.parametrize(
    "other",
    [
        picture_key(ORIGINAL, replace(WANTED, width=601)),
        picture_key(ORIGINAL, replace(WANTED, format=Format.AVIF)),
        picture_key(ORIGINAL, replace(WANTED, fit=Fit.COVER)),
        picture_key(ORIGINAL, replace(WANTED, quality=81)),
        picture_key(replace(ORIGINAL, version="cd" * 32), WANTED),
        picture_key(replace(ORIGINAL, source_id="file/1"), WANTED),
    ],
    ids=["width", "format", "fit", "quality", "version", "source"],
)
def test_whatever_differs_has_another_key_and_tag(other: str) -> None:
    key = picture_key(ORIGINAL, WANTED)

    assert other != key
    assert etag_of(other) != etag_of(key)


def test_key_holds_no_address() -> None:
    assert "ada" not in picture_key(ORIGINAL, WANTED)


def test_equal_parameters_are_alike_as_text() -> None:
    assert canonical(Parameters(width=1, trim=0)) == canonical(Parameters(trim=0, width=1))
    assert "format=auto" in canonical(Parameters())
