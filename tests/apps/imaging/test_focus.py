"""Focus: a cut keeps what somebody would look at."""

import pytest
from PIL import Image

from apps.imaging.focus import corner
from apps.imaging.types import Position


def with_subject(at: tuple[int, int], size: tuple[int, int] = (300, 100)) -> Image.Image:
    """Return a grey picture with a colourful, busy square of 60 pixels somewhere."""
    image = Image.new("RGB", size, (128, 128, 128))
    noise = Image.effect_noise((60, 60), 80)
    skin = Image.merge("RGB", (noise.point(lambda level: 255), noise, noise.point(lambda _: 90)))
    image.paste(skin, at)
    return image


@pytest.mark.parametrize("position", [Position.ENTROPY, Position.ATTENTION])
@pytest.mark.parametrize("at", [(0, 20), (120, 20), (240, 20)])
def test_subject_stays_in_view_across(position: Position, at: tuple[int, int]) -> None:
    left, top = corner(with_subject(at), position, (300, 100), (100, 100))

    assert top == 0
    assert left <= at[0] + 6
    assert at[0] + 60 <= left + 100 + 6


@pytest.mark.parametrize("position", [Position.ENTROPY, Position.ATTENTION])
@pytest.mark.parametrize("at", [(20, 0), (20, 120), (20, 240)])
def test_subject_stays_in_view_down(position: Position, at: tuple[int, int]) -> None:
    left, top = corner(with_subject(at, (100, 300)), position, (50, 150), (50, 50))

    assert left == 0
    assert top <= at[1] / 2 + 3
    assert at[1] / 2 + 30 <= top + 50 + 3


def test_attention_keeps_to_the_middle_where_nothing_draws_it() -> None:
    plain = Image.new("L", (256, 128))

    assert corner(plain, Position.ATTENTION, (256, 128), (128, 128)) == (64, 0)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (Position.CENTRE, (50, 25)),
        (Position.NORTH, (50, 0)),
        (Position.NORTHEAST, (99, 0)),
        (Position.EAST, (99, 25)),
        (Position.SOUTHEAST, (99, 49)),
        (Position.SOUTH, (50, 49)),
        (Position.SOUTHWEST, (0, 49)),
        (Position.WEST, (0, 25)),
        (Position.NORTHWEST, (0, 0)),
    ],
)
def test_compass_says_where(position: Position, expected: tuple[int, int]) -> None:
    image = Image.new("RGB", (199, 149))

    assert corner(image, position, (199, 149), (100, 100)) == expected


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "CMYK", "RGB"])
@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_any_picture_can_be_looked_at(mode: str, size: tuple[int, int]) -> None:
    for position in (Position.ENTROPY, Position.ATTENTION):
        left, top = corner(Image.new(mode, size), position, size, (1, 1))
        assert (left, top) <= (size[0] - 1, size[1] - 1)
