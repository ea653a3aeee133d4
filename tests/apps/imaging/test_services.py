"""The door of imaging, with real processes behind it."""

import os

import pytest

from apps.imaging.errors import BrokenPicture, NotAPicture, PictureTooLarge
from apps.imaging.services import inspect, pool_state, render
from apps.imaging.types import Fit, Format, Picture, Wanted
from tests.apps.imaging.pictures import animation, flat_png, opened, photo, quarters, saved


def test_picture_is_inspected() -> None:
    assert inspect(saved(quarters(), "JPEG")) == Picture(
        format="jpeg", width=64, height=48, frames=1, has_alpha=False
    )


def test_pictures_are_drawn_in_the_order_they_are_wanted() -> None:
    wanted = [
        Wanted(format=format_, width=side, height=side, fit=Fit.COVER)
        for side in (20, 10)
        for format_ in Format
    ]

    rendered = render(saved(quarters()), wanted)

    assert [(one.width, one.height, one.content_type) for one in rendered] == [
        (one.width, one.height, one.format.content_type) for one in wanted
    ]
    assert [opened(one.content).size for one in rendered] == [(20, 20)] * 5 + [(10, 10)] * 5


def test_nothing_wanted_costs_nothing() -> None:
    assert render(b"no picture", []) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotAPicture),
        (b"hello" * 100, NotAPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPicture),
        (b"SIMPLE  =                    T" + b" " * 3000, NotAPicture),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(200), NotAPicture),
        (b"\xff\xd8\xff\xe0" + os.urandom(3000), (BrokenPicture, NotAPicture)),
        (b"\x89PNG\r\n\x1a\n" + os.urandom(3000), (BrokenPicture, NotAPicture)),
        (saved(photo(200, 100), "JPEG")[:-900], BrokenPicture),
        (saved(photo(200, 100), "PNG")[:-900], BrokenPicture),
        (saved(photo(200, 100), "WEBP")[:-900], BrokenPicture),
        (animation()[:-30], BrokenPicture),
        (flat_png(12_000, 12_000), PictureTooLarge),
        (flat_png(30_000, 30_000), PictureTooLarge),
        (flat_png(2_000, 2_000, frames=11), PictureTooLarge),
        (flat_png(8, 8, frames=501), PictureTooLarge),
        (animation(501, (1, 1)), PictureTooLarge),
        (animation(11, (2_000, 2_000)), PictureTooLarge),
        (bytes(64 * 1024 * 1024 + 1), PictureTooLarge),
    ],
    ids=[
        "nothing",
        "text",
        "SVG",
        "FITS",
        "JPEG 2000",
        "random after JPEG's magic",
        "random after PNG's magic",
        "JPEG cut off",
        "PNG cut off",
        "WebP cut off",
        "GIF cut off",
        "PNG of 144 megapixels in 17 kB",
        "PNG of 900 megapixels",
        "APNG of 44 megapixels",
        "APNG of 501 frames",
        "GIF of 501 frames",
        "GIF of 44 megapixels",
        "65 MiB",
    ],
)
def test_what_is_no_good_picture_is_refused(
    content: bytes, error: type[Exception] | tuple[type[Exception], ...]
) -> None:
    with pytest.raises(error):
        inspect(content)
    with pytest.raises(error):
        render(content, [Wanted(format=Format.WEBP, width=10, is_still=False)])


def test_processes_are_few_and_stay() -> None:
    before = pool_state()

    for _ in range(3):
        inspect(saved(quarters()))

    after = pool_state()
    assert (after.processes, after.busy, after.waiting) == (1, 0, 0)
    assert after.restarts == before.restarts
