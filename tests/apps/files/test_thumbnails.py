"""Which renditions there are, and what each may cost."""

from pytest_django import Settings

from apps.files.thumbnails import limit_bytes, renditions, wanted
from apps.imaging.types import Fit, Format


def test_every_size_comes_as_webp_and_jpeg(settings: Settings) -> None:
    settings.FILES_AVIF = False
    assert len(list(renditions())) == 8
    assert next(renditions()) == ("150", Format.WEBP)

    settings.FILES_AVIF = True
    assert ("full", Format.AVIF) in list(renditions())


def test_only_the_whole_picture_goes_on_moving() -> None:
    small = wanted("150", "webp", width=900, height=600, source_bytes=1)
    whole = wanted("full", "webp", width=900, height=600, source_bytes=1)

    assert (small.width, small.height, small.fit, small.is_still) == (150, 150, Fit.INSIDE, True)
    assert (whole.width, whole.is_still, whole.may_enlarge) == (4096, False, False)


def test_bytes_follow_from_the_pixels_that_are_left() -> None:
    large = limit_bytes("150", width=4000, height=3000, source_bytes=10_000_000)

    assert large == limit_bytes("150", width=400, height=300, source_bytes=1)
    assert large < limit_bytes("300", width=4000, height=3000, source_bytes=1)


def test_whole_picture_may_be_as_large_as_its_source() -> None:
    assert limit_bytes("full", width=10, height=10, source_bytes=50_000) == 50_000
    assert limit_bytes("full", width=10, height=10, source_bytes=1) > 8_000
