"""The photo of the bench: 12 megapixels with plain and busy places, as a telephone makes them."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (4000, 3000)
_QUALITY = 88
_TREES = 90


def made(file: Path) -> Path:
    """Write the photo unless it is there; some 2.5 MB of JPEG, the same for all of a run."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _drawn().save(file, quality=_QUALITY)
    return file


def _drawn() -> Image.Image:
    width, height = SIZE
    # Sky and meadow; noise as of a sensor lies over both.
    sky = Image.linear_gradient("L").resize(SIZE)
    picture = Image.merge("RGB", (sky.point(lambda v: 90 + v // 3), sky, sky.transpose(_FLIP)))
    pen = ImageDraw.Draw(picture)
    for number in range(_TREES):
        x = width * (number * 37 % _TREES) // _TREES
        foot = height * 2 // 3 + int(300 * math.sin(number))
        pen.rectangle((x, foot - 400, x + 24, foot), fill=(92, 64, 40))
        pen.ellipse((x - 110, foot - 700, x + 130, foot - 330), fill=(40, 90 + number, 48))
    noise = Image.effect_noise(SIZE, 36).filter(ImageFilter.GaussianBlur(0.8))
    return Image.blend(picture, Image.merge("RGB", (noise,) * 3), 0.22)


_FLIP = Image.Transpose.FLIP_TOP_BOTTOM
