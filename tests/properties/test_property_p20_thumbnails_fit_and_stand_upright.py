"""P20: all thumbnails exist, fit their box, keep the aspect ratio and stand upright."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.files.thumbnails import THUMBNAILS, WHOLE
from tests.renditions import renditions_of, telling

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

SIDES = st.one_of(st.integers(1, 20), st.integers(20, 900))
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
# How a camera that is held so stores what it sees (EXIF 2.32, orientation).
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def seen(width: int, height: int) -> Image.Image:
    """Return a picture with a colour of its own in each quarter."""
    image = Image.new("RGB", (2, 2))
    for number, colour in enumerate(COLOURS):
        image.putpixel((number % 2, number // 2), colour)
    return image.resize((width, height), Image.Resampling.NEAREST)


def quarters(image: Image.Image) -> list[tuple[bool, ...]]:
    """Return the colours of the quarters, each channel on or off."""
    image = image.convert("RGB")
    width, height = image.size
    places = [(x, y) for y in (height // 8, height * 7 // 8) for x in (width // 8, width * 7 // 8)]
    pixels = [image.getpixel(place) for place in places]
    return [tuple(level > 127 for level in pixel) for pixel in pixels if isinstance(pixel, tuple)]


@settings(max_examples=100, deadline=None)
@given(
    width=SIDES,
    height=SIDES,
    orientation=st.sampled_from(sorted(STORED_AS)),
    format_=st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]),
)
@example(800, 601, 6, "JPEG")
@example(1, 900, 5, "PNG")
@example(5000, 40, 8, "JPEG")
def test_property_p20_thumbnails_fit_and_stand_upright(
    width: int, height: int, orientation: int, format_: str
) -> None:
    """Every name in every format, within its box, as long and wide as the source is, upright.

    Seen to fail with orientation left out, and applied twice (TIFF).
    """
    turn = STORED_AS[orientation]
    upright = seen(width, height)
    stored = upright if turn is None else upright.transpose(turn)

    with renditions_of(telling(stored, format_, orientation=orientation)) as made:
        formats = ("webp", "jpeg", "avif")
        assert set(made) == {(name, one) for name in (*THUMBNAILS, WHOLE) for one in formats}
        for (name, _), rendition in made.items():
            drawn = rendition.image()
            side = THUMBNAILS.get(name, 4096)
            shrink = max(1.0, width / side, height / side)
            assert abs(drawn.width - max(1.0, width / shrink)) <= 0.5
            assert abs(drawn.height - max(1.0, height / shrink)) <= 0.5
            assert max(drawn.size) <= side
            if min(drawn.size) >= 16:
                assert quarters(drawn) == quarters(upright)
