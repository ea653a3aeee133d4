"""Which renditions a picture gets, and what each may cost in bytes."""

from collections.abc import Iterator

from django.conf import settings

from apps.imaging.types import Fit, Format, Wanted

# Both sides of the box each thumbnail fits in, in pixels.
THUMBNAILS = {"150": 150, "300": 300, "600": 600}
# The picture as it is served in place of the bytes that were brought: upright, in sRGB, without
# what the camera knew of place and person. Larger ones are scaled to this box.
WHOLE = "full"
WHOLE_SIDE = 4096

QUALITY = 80
# The most a rendition may weigh: what noise takes at the least quality, and some room for headers.
_BYTES_PER_PIXEL = 0.6
_LEAST_LIMIT_BYTES = 8 * 1024


def formats() -> tuple[Format, ...]:
    """The formats each rendition is made in; the first is what most clients take."""
    always = (Format.WEBP, Format.JPEG)
    return (*always, Format.AVIF) if settings.FILES_AVIF else always


def renditions() -> Iterator[tuple[str, Format]]:
    """Name and format of all that is made of a picture."""
    for name in (*THUMBNAILS, WHOLE):
        for format_ in formats():
            yield name, format_


def limit_bytes(name: str, *, width: int, height: int, source_bytes: int) -> int:
    """Return how many bytes a rendition of a picture of this size may have.

    The whole one may also be as large as its source.
    """
    side = THUMBNAILS.get(name, WHOLE_SIDE)
    shrink = max(1.0, width / side, height / side)
    pixels = (width / shrink) * (height / shrink)
    limit = _LEAST_LIMIT_BYTES + int(pixels * _BYTES_PER_PIXEL)
    return max(limit, source_bytes) if name == WHOLE else limit


def wanted(name: str, format_name: str, *, width: int, height: int, source_bytes: int) -> Wanted:
    """Return how a rendition is asked of imaging; what moves goes on moving in the whole one."""
    side = THUMBNAILS.get(name, WHOLE_SIDE)
    return Wanted(
        format=Format(format_name),
        width=side,
        height=side,
        fit=Fit.INSIDE,
        quality=QUALITY,
        is_still=name != WHOLE,
        limit_bytes=limit_bytes(name, width=width, height=height, source_bytes=source_bytes),
    )
