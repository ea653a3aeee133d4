"""Rendering: one decode, and from it every picture that is wanted."""

from collections.abc import Iterator, Sequence
from functools import partial

from PIL import Image, ImageFile

from apps.imaging import focus
from apps.imaging.colours import drawable, srgb
from apps.imaging.encoding import encoded, on_background
from apps.imaging.fitting import Plan, plan, scaled_size
from apps.imaging.opening import decoding, frames_of, opened, orientation_of, seen_size, upright
from apps.imaging.trimming import trimmed
from apps.imaging.types import MOST_PIXELS, Format, Rendered, Wanted

_MOVING = {Format.GIF, Format.WEBP}
# A box filter takes the picture to three times the size, Lanczos the rest: not to be told apart.
_REDUCING_GAP = 3.0
_DEFAULT_MILLISECONDS = 100


def render(content: bytes, wanted: Sequence[Wanted]) -> list[Rendered]:
    """Return the pictures in the order they are wanted.

    Raises NotAPicture, BrokenPicture, PictureTooLarge, PictureTooCostly.
    """
    image = opened(content)
    with decoding():
        number = frames_of(image)
    rendered: dict[Wanted, Rendered] = {}
    still = [one for one in wanted if number == 1 or one.is_still or one.format not in _MOVING]
    moving = [one for one in wanted if one not in still]
    if moving:
        for one in moving:
            rendered[one] = _animation(image, number, one)
        image = opened(content)
    if still:
        rendered |= _stills(image, still)
    return [rendered[one] for one in wanted]


def _stills(image: ImageFile.ImageFile, wanted: Sequence[Wanted]) -> dict[Wanted, Rendered]:
    profile = image.info.get("icc_profile")
    source = _decoded(image, wanted)
    drawings: dict[tuple[Plan, int], Image.Image] = {}
    rendered = {}
    for one in wanted:
        cut = trimmed(source, one.trim) if one.trim else source
        drawn = plan(cut.size, one, partial(focus.corner, cut, one.position))
        if (drawn, one.trim) not in drawings:
            drawings[drawn, one.trim] = srgb(_scaled(cut, drawn), profile)
        frame = _placed(drawings[drawn, one.trim], drawn, one)
        rendered[one] = _rendered([frame], [], one)
    return rendered


def _decoded(image: ImageFile.ImageFile, wanted: Sequence[Wanted]) -> Image.Image:
    """Return the first frame upright, decoded no larger than needed where the format can (JPEG)."""
    with decoding():
        orientation = orientation_of(image)
        if not any(one.trim for one in wanted):
            sizes = [scaled_size(seen_size(image), one) for one in wanted]
            width, height = (max(sides) for sides in zip(*sizes, strict=True))
            image.draft(None, (height, width) if orientation >= 5 else (width, height))
        image.load()
        return upright(drawable(image), orientation)


def _scaled(image: Image.Image, drawn: Plan) -> Image.Image:
    if drawn.shown == image.size and drawn.scaled == image.size:
        return image
    return image.resize(
        drawn.shown,
        Image.Resampling.LANCZOS,
        box=drawn.box_in(image.size),
        reducing_gap=_REDUCING_GAP,
    )


def _placed(image: Image.Image, drawn: Plan, wanted: Wanted) -> Image.Image:
    if drawn.canvas != drawn.shown:
        canvas = Image.new("RGBA", drawn.canvas)
        canvas.paste(image, drawn.offset)
        image = canvas
    return on_background(image, wanted)


def _animation(image: ImageFile.ImageFile, number: int, wanted: Wanted) -> Rendered:
    """Return all frames, each cut where the first one is."""
    profile = image.info.get("icc_profile")
    drawn: Plan | None = None
    frames, durations = [], []
    for frame, milliseconds in _frames(image, number):
        if drawn is None:
            drawn = plan(frame.size, wanted, partial(focus.corner, frame, wanted.position))
            if drawn.canvas[0] * drawn.canvas[1] * number > MOST_PIXELS:
                return _stills(image, [wanted])[wanted]
        frames.append(_placed(srgb(_scaled(frame, drawn), profile), drawn, wanted))
        durations.append(milliseconds)
    return _rendered(frames, durations, wanted)


def _frames(image: ImageFile.ImageFile, number: int) -> Iterator[tuple[Image.Image, int]]:
    with decoding():
        orientation = orientation_of(image)
        for index in range(number):
            image.seek(index)
            image.load()
            milliseconds = int(image.info.get("duration") or _DEFAULT_MILLISECONDS)
            yield upright(drawable(image), orientation), milliseconds


def _rendered(frames: Sequence[Image.Image], durations: Sequence[int], wanted: Wanted) -> Rendered:
    width, height = frames[0].size
    return Rendered(
        content=encoded(frames, durations, wanted),
        content_type=wanted.format.content_type,
        width=width,
        height=height,
    )
