"""Geometry: what of a picture is shown at which size, and where on its canvas. No pixels here.

The arithmetic is that of sharp (``ResolveShrink``, ``CalculateCrop``, ``CalculateEmbedPosition`` in
its ``common.cc``), so that clients of either see the same sizes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.imaging.errors import PictureTooLarge
from apps.imaging.types import LONGEST_SIDE, MOST_PIXELS_WRITTEN, Fit, Position, Wanted

Size = tuple[int, int]
# Says where a box of a size stands within a larger one.
Focus = Callable[[Size, Size], tuple[int, int]]

_LEFT = {Position.WEST, Position.NORTHWEST, Position.SOUTHWEST}
_RIGHT = {Position.EAST, Position.NORTHEAST, Position.SOUTHEAST}
_TOP = {Position.NORTH, Position.NORTHWEST, Position.NORTHEAST}
_BOTTOM = {Position.SOUTH, Position.SOUTHWEST, Position.SOUTHEAST}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a picture is drawn."""

    # The size the whole picture is scaled to, before anything is cut.
    scaled: Size
    # What of it is shown: left, top, and the size of the box.
    left: int
    top: int
    shown: Size
    # Larger than what is shown where borders are added; where on it the picture stands.
    canvas: Size
    offset: tuple[int, int]

    def box_in(self, source: Size) -> tuple[float, float, float, float]:
        """Return what is shown in pixels of the source: left, top, right, bottom."""
        across, down = source[0] / self.scaled[0], source[1] / self.scaled[1]
        left, top = self.left * across, self.top * down
        right = min(left + self.shown[0] * across, source[0])
        bottom = min(top + self.shown[1] * down, source[1])
        return left, top, right, bottom


def scaled_size(source: Size, wanted: Wanted) -> Size:
    """Return the size the whole picture is scaled to, at least 1 by 1."""
    width, height = source
    across, down = _shrinks(width, height, wanted)
    if not wanted.may_enlarge:
        across, down = max(1.0, across), max(1.0, down)
    across, down = min(across, width), min(down, height)
    return max(1, _rounded(width / across)), max(1, _rounded(height / down))


def plan(source: Size, wanted: Wanted, focus: Focus) -> Plan:
    """Return how a picture of this size is drawn as wanted; ``focus`` is asked where it is cut.

    No side of the canvas is longer than was asked for, or than `LONGEST_SIDE`. Raises
    PictureTooLarge where a box of more than `MOST_PIXELS_WRITTEN` is to be filled.
    """
    scaled = scaled_size(source, wanted)
    shown, canvas = scaled, scaled
    if wanted.width and wanted.height and wanted.fit is Fit.COVER:
        shown = (min(scaled[0], wanted.width), min(scaled[1], wanted.height))
        canvas = shown
    else:
        scaled = shown = canvas = _bounded(scaled)
        if wanted.fit is Fit.CONTAIN:
            canvas = (wanted.width or scaled[0], wanted.height or scaled[1])
    if canvas[0] * canvas[1] > MOST_PIXELS_WRITTEN:
        raise PictureTooLarge("The picture that is asked for has too many pixels.")
    left, top = focus(scaled, shown) if shown != scaled else (0, 0)
    return Plan(
        scaled=scaled,
        left=left,
        top=top,
        shown=shown,
        canvas=canvas,
        offset=placed(shown, canvas, wanted.position, rounds_up=False),
    )


def placed(inner: Size, outer: Size, position: Position, *, rounds_up: bool) -> tuple[int, int]:
    """Return where a box stands in a larger one; what has no direction stands in the middle."""
    return (
        _along(outer[0] - inner[0], position in _LEFT, position in _RIGHT, rounds_up),
        _along(outer[1] - inner[1], position in _TOP, position in _BOTTOM, rounds_up),
    )


def _along(slack: int, is_first: bool, is_last: bool, rounds_up: bool) -> int:
    if is_first:
        return 0
    return slack if is_last else (slack + rounds_up) // 2


def _shrinks(width: int, height: int, wanted: Wanted) -> tuple[float, float]:
    across = width / wanted.width if wanted.width else 0.0
    down = height / wanted.height if wanted.height else 0.0
    if across and down:
        if wanted.fit is Fit.FILL:
            return across, down
        is_within = wanted.fit in {Fit.CONTAIN, Fit.INSIDE}
        both = max(across, down) if is_within else min(across, down)
        return both, both
    if wanted.fit is Fit.FILL:
        return across or 1.0, down or 1.0
    one = across or down or 1.0
    return one, one


def _bounded(size: Size) -> Size:
    """Return a size that can be drawn: a narrow strip made wide must not fill the memory."""
    width, height = size
    shrink = max(1.0, width / LONGEST_SIDE, height / LONGEST_SIDE)
    shrink = max(shrink, (width * height / MOST_PIXELS_WRITTEN) ** 0.5)
    if shrink == 1.0:
        return size
    return max(1, int(width / shrink)), max(1, int(height / shrink))


def _rounded(length: float) -> int:
    return int(length + 0.5)
