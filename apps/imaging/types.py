"""The words of imaging: what a picture is, and how one is asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# Above it nothing is decoded: 40 megapixels, over all frames.
MOST_PIXELS = 40_000_000
MOST_FRAMES = 500
# A file with more bytes is not looked at.
MOST_BYTES = 64 * 1024 * 1024
# Nothing larger is written: encoders take many times what they write.
MOST_PIXELS_WRITTEN = 24_000_000
# Of a side that is asked for.
LONGEST_SIDE = 8192


class Format(StrEnum):
    """Formats that are written; `SOURCES` are those that are read."""

    WEBP = "webp"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    AVIF = "avif"

    @property
    def content_type(self) -> str:
        """The media type."""
        return f"image/{self.value}"


# By Pillow's names; whatever else a file claims to be is not even tried.
SOURCES = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "MPO")


class Fit(StrEnum):
    """How a picture meets the box it is asked for; the words of CSS and sharp."""

    CONTAIN = "contain"
    COVER = "cover"
    FILL = "fill"
    INSIDE = "inside"
    OUTSIDE = "outside"


class Position(StrEnum):
    """What stays in view where something is cut or padded."""

    CENTRE = "centre"
    NORTH = "north"
    NORTHEAST = "northeast"
    EAST = "east"
    SOUTHEAST = "southeast"
    SOUTH = "south"
    SOUTHWEST = "southwest"
    WEST = "west"
    NORTHWEST = "northwest"
    ENTROPY = "entropy"
    ATTENTION = "attention"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A picture as it is asked for; every field has a canonical form, so that equal is equal."""

    format: Format
    # 0 keeps the side, or follows from the other one.
    width: int = 0
    height: int = 0
    fit: Fit = Fit.INSIDE
    position: Position = Position.CENTRE
    # "rrggbbaa", lower case; "" keeps what is transparent.
    background: str = ""
    # How much a border may differ and still be cut off, 0 for no cutting to 100.
    trim: int = 0
    quality: int = 80
    may_enlarge: bool = False
    # Of an animation, only the first frame.
    is_still: bool = True
    # Where a frame takes more bytes, quality goes down; 0 for as many as it takes.
    limit_bytes: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError for what nobody can draw."""
        if not (0 <= self.width <= LONGEST_SIDE and 0 <= self.height <= LONGEST_SIDE):
            raise ValueError(f"A side is 0 to {LONGEST_SIDE} pixels.")
        if not (1 <= self.quality <= 100 and 0 <= self.trim <= 100):
            raise ValueError("Quality is 1 to 100, trim 0 to 100.")
        if not re.fullmatch(r"([0-9a-f]{8})?", self.background):
            raise ValueError("A background is rrggbbaa, in lower case.")


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a file turned out to show, as it is seen: orientation applied."""

    # Pillow's name of the format it was read as, lower case.
    format: str
    width: int
    height: int
    frames: int
    has_alpha: bool


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A picture that was made, without any metadata, in sRGB."""

    content: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PoolState:
    """How the processes that decode fare, for metrics and the operator."""

    processes: int
    busy: int
    waiting: int
    restarts: Mapping[str, int]
