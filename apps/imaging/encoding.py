"""Encoding: pixels become a file that holds nothing but pixels."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from apps.imaging.errors import PictureTooCostly
from apps.imaging.types import Format, Wanted

# AVIF and WebP of these efforts take twice and thrice the time of JPEG; more effort saves little.
AVIF_SPEED = 8
WEBP_METHOD = 4
# Below it nobody would know the picture.
LEAST_QUALITY = 10

_OPAQUE = {Format.JPEG}
_WITHOUT_QUALITY = {Format.PNG, Format.GIF}


def encoded(frames: Sequence[Image.Image], durations: Sequence[int], wanted: Wanted) -> bytes:
    """Return the file of one frame, or of several with how many milliseconds each is seen.

    Where `limit_bytes` is passed, quality goes down step by step, to `LEAST_QUALITY` at worst.
    """
    quality, limit = wanted.quality, wanted.limit_bytes * len(frames)
    content = _encoded(frames, durations, wanted.format, quality)
    if not limit or wanted.format in _WITHOUT_QUALITY:
        return content
    while len(content) > limit and quality > LEAST_QUALITY:
        lower = quality * 3 // 4 if len(content) < limit * 1.5 else quality // 2
        quality = max(LEAST_QUALITY, lower)
        content = _encoded(frames, durations, wanted.format, quality)
    return content


def on_background(image: Image.Image, wanted: Wanted) -> Image.Image:
    """Return the picture with its background drawn; a format without transparency gets white."""
    background = wanted.background or ("ffffffff" if wanted.format in _OPAQUE else "")
    if image.mode == "RGBA" and background:
        canvas = Image.new("RGBA", image.size, f"#{background}")
        canvas.alpha_composite(image)
        image = canvas
    if wanted.format in _OPAQUE and image.mode == "RGBA":
        return image.convert("RGB")
    return image


def _encoded(
    frames: Sequence[Image.Image], durations: Sequence[int], format_: Format, quality: int
) -> bytes:
    for frame in frames:
        # Comment, EXIF, place, XMP and profile: Pillow would carry them on.
        frame.info = {}
    first, *rest = frames
    options = _options(format_, quality)
    if rest:
        options |= {"save_all": True, "append_images": rest, "duration": list(durations)}
        options |= {"loop": 0, "disposal": 2} if format_ is Format.GIF else {"loop": 0}
    target = BytesIO()
    try:
        first.save(target, format_.value, **options)
    except (OSError, ValueError, RuntimeError) as problem:
        raise PictureTooCostly("The picture could not be written in this format.") from problem
    return target.getvalue()


def _options(format_: Format, quality: int) -> dict[str, Any]:
    match format_:
        case Format.JPEG:
            return {"quality": quality, "progressive": True}
        case Format.WEBP:
            # Transparency is kept exactly, unless bytes are short.
            alpha = 100 if quality > LEAST_QUALITY * 3 else quality
            return {"quality": quality, "method": WEBP_METHOD, "alpha_quality": alpha}
        case Format.AVIF:
            return {"quality": quality, "speed": AVIF_SPEED, "max_threads": 1}
        case Format.PNG | Format.GIF:
            return {}
