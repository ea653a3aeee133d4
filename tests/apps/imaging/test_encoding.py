"""Encoding: nothing but pixels, in as few bytes as allowed."""

from io import BytesIO

import pytest
from PIL import Image

from apps.imaging.encoding import encoded, on_background
from apps.imaging.errors import PictureTooCostly
from apps.imaging.types import Format, Wanted
from tests.apps.imaging.pictures import opened, photo


@pytest.mark.parametrize("format_", [Format.JPEG, Format.WEBP, Format.AVIF])
def test_quality_goes_down_until_the_bytes_fit(format_: Format) -> None:
    image = photo(300, 200)
    free = encoded([image], [], Wanted(format=format_, quality=90))

    less = encoded([image], [], Wanted(format=format_, quality=90, limit_bytes=len(free) // 2))

    assert len(less) <= len(free) // 2
    assert opened(less).size == (300, 200)


def test_quality_ends_before_nobody_knows_the_picture() -> None:
    image = photo(300, 200)

    least = encoded([image], [], Wanted(format=Format.JPEG, limit_bytes=1))

    assert least == encoded([image], [], Wanted(format=Format.JPEG, quality=10))


@pytest.mark.parametrize("format_", [Format.PNG, Format.GIF])
def test_formats_without_quality_take_what_they_take(format_: Format) -> None:
    image = photo(30, 20)

    assert encoded([image], [], Wanted(format=format_, limit_bytes=1)) == encoded(
        [image], [], Wanted(format=format_)
    )


def test_jpeg_is_progressive() -> None:
    content = encoded([photo(30, 20)], [], Wanted(format=Format.JPEG))

    assert opened(content).info["progressive"]


@pytest.mark.parametrize("format_", [Format.GIF, Format.WEBP])
def test_frames_keep_their_times(format_: Format) -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "lime", "blue")]

    moving = Image.open(BytesIO(encoded(frames, [50, 120, 90], Wanted(format=format_))))

    times = []
    for number in range(3):
        moving.seek(number)
        moving.load()
        times.append(moving.info["duration"])
    assert times == [50, 120, 90]
    assert moving.info["loop"] == 0


@pytest.mark.parametrize(
    ("format_", "background", "expected"),
    [
        (Format.JPEG, "", (255, 255, 255)),
        (Format.JPEG, "ff0000ff", (255, 0, 0)),
        (Format.PNG, "00ff00ff", (0, 255, 0, 255)),
        (Format.PNG, "00ff0080", (0, 255, 0, 128)),
        (Format.WEBP, "", (9, 9, 9, 0)),
    ],
)
def test_background_is_drawn_where_it_can_be_seen(
    format_: Format, background: str, expected: tuple[int, ...]
) -> None:
    image = Image.new("RGBA", (2, 2), (9, 9, 9, 0))

    drawn = on_background(image, Wanted(format=format_, background=background))

    assert drawn.getpixel((0, 0)) == expected


def test_what_a_format_cannot_hold_is_refused() -> None:
    with pytest.raises(PictureTooCostly):
        encoded([Image.new("RGB", (20_000, 1))], [], Wanted(format=Format.WEBP))
