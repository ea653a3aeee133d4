"""Sizes are those of sharp; what is too large to draw is scaled down or refused."""

import json
from pathlib import Path

import pytest

from apps.imaging.errors import PictureTooLarge
from apps.imaging.fitting import Plan, Size, plan
from apps.imaging.types import LONGEST_SIDE, MOST_PIXELS_WRITTEN, Fit, Format, Position, Wanted

# Source, box, fit, whether it may be enlarged, and the size that sharp 0.35.5 gave.
SIZES_OF_SHARP = json.loads((Path(__file__).parent / "sizes_of_sharp.json").read_text())


def planned(
    source: Size,
    box: Size,
    fit: Fit,
    *,
    may_enlarge: bool = False,
    position: Position = Position.CENTRE,
) -> Plan:
    """Return the plan for a box; what is cut is cut at the top left."""
    wanted = Wanted(
        format=Format.PNG,
        width=box[0],
        height=box[1],
        fit=fit,
        position=position,
        may_enlarge=may_enlarge,
    )
    return plan(source, wanted, lambda whole, part: (0, 0))


@pytest.mark.parametrize("fit", Fit)
def test_sizes_are_those_of_sharp(fit: Fit) -> None:
    rows = [row for row in SIZES_OF_SHARP if row[2] == fit]

    assert rows
    assert [
        planned(source, box, fit, may_enlarge=may_enlarge).canvas
        for source, box, _, may_enlarge, _ in rows
    ] == [tuple(size) for *_, size in rows]


def test_cover_shows_a_part_and_contain_leaves_a_border() -> None:
    cover = planned((400, 300), (200, 200), Fit.COVER)
    contain = planned((400, 300), (200, 200), Fit.CONTAIN)

    assert (cover.scaled, cover.shown, cover.offset) == ((267, 200), (200, 200), (0, 0))
    assert (contain.shown, contain.canvas, contain.offset) == ((200, 150), (200, 200), (0, 25))


@pytest.mark.parametrize(
    ("position", "offset"),
    [
        (Position.CENTRE, (0, 25)),
        (Position.ATTENTION, (0, 25)),
        (Position.NORTH, (0, 0)),
        (Position.SOUTHEAST, (0, 50)),
    ],
)
def test_position_says_where_a_contained_picture_stands(
    position: Position, offset: tuple[int, int]
) -> None:
    assert planned((400, 300), (200, 200), Fit.CONTAIN, position=position).offset == offset


def test_what_is_shown_is_a_box_of_the_source() -> None:
    cover = planned((400, 300), (200, 200), Fit.COVER)

    left, top, right, bottom = cover.box_in((400, 300))

    assert (left, top, bottom) == (0, 0, 300)
    assert right == pytest.approx(200 * 400 / 267)


@pytest.mark.parametrize("source", [(1, 10_000), (10_000, 1), (3, 4_000)])
def test_no_strip_is_made_so_wide_that_it_fills_the_memory(source: Size) -> None:
    drawn = planned(source, (8_000, 8_000), Fit.OUTSIDE, may_enlarge=True)

    assert max(drawn.canvas) <= LONGEST_SIDE
    assert drawn.canvas[0] * drawn.canvas[1] <= MOST_PIXELS_WRITTEN


@pytest.mark.parametrize("fit", [Fit.COVER, Fit.CONTAIN])
def test_box_too_large_to_be_filled_is_refused(fit: Fit) -> None:
    with pytest.raises(PictureTooLarge):
        planned((100, 100), (8_000, 8_000), fit, may_enlarge=True)
