"""Trimming cuts borders of one colour."""

import pytest
from PIL import Image

from apps.imaging.trimming import trimmed


def framed(border: str, mode: str = "RGB") -> Image.Image:
    """Return a red picture of 20 by 10 in a border of 5 pixels."""
    image = Image.new(mode, (30, 20), border)
    image.paste("red", (5, 5, 25, 15))
    return image


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_border_is_cut_off(mode: str) -> None:
    assert trimmed(framed("white", mode), 5).size == (20, 10)


def test_border_may_differ_a_little() -> None:
    image = framed("white")
    image.putpixel((2, 2), (246, 255, 255))

    assert trimmed(image, 10).size == (20, 10)
    assert trimmed(image, 5).size == (23, 13)


def test_what_cannot_be_seen_has_no_colour() -> None:
    image = framed("#00000000", "RGBA")
    image.putpixel((1, 1), (255, 0, 255, 0))

    assert trimmed(image, 5).size == (20, 10)


def test_picture_of_one_colour_stays_whole() -> None:
    assert trimmed(Image.new("CMYK", (9, 7)), 100).size == (9, 7)
