"""Where a picture is cut when nobody said: by entropy, or by what draws attention.

Both look at a small copy, and are the algorithms of libvips' smartcrop in their simplest form.
Entropy: of two opposite edges, the strip with less in it goes, until the box is left. Attention:
edges, strong colours and the colours of skin are added up, and the box with the largest sum wins;
of equals the one nearest to the middle.
"""

from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from apps.imaging.fitting import Size, placed
from apps.imaging.types import Position

# The longer side of the copy.
_LOOKED_AT = 128
# Of what is left to cut off, so much goes at once.
_STRIPS = 8
# Chrominance of skin of any tone (Chai and Ngan 1999).
_SKIN_CB = (77, 127)
_SKIN_CR = (133, 173)


def corner(image: Image.Image, position: Position, scaled: Size, shown: Size) -> tuple[int, int]:
    """Return left and top of the box ``shown`` within the picture scaled to ``scaled``."""
    if position not in {Position.ENTROPY, Position.ATTENTION}:
        return placed(shown, scaled, position, rounds_up=True)
    looked_at = _small(image)
    find = _by_entropy if position is Position.ENTROPY else _by_attention
    box = tuple(
        max(1, round(side * part / whole))
        for side, part, whole in zip(looked_at.size, shown, scaled, strict=True)
    )
    found = find(looked_at, (box[0], box[1]))
    left, top = (
        _within(round(at * whole / side), whole - part)
        for at, side, part, whole in zip(found, looked_at.size, shown, scaled, strict=True)
    )
    return left, top


def _small(image: Image.Image) -> Image.Image:
    scale = min(1.0, _LOOKED_AT / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX, reducing_gap=1.01).convert("RGB")


def _by_entropy(image: Image.Image, box: Size) -> tuple[int, int]:
    grey = image.convert("L")
    left, top, right, bottom = 0, 0, *grey.size
    while (slack := right - left - box[0]) > 0:
        strip = -(-slack // _STRIPS)
        first = grey.crop((left, top, left + strip, bottom)).entropy()
        last = grey.crop((right - strip, top, right, bottom)).entropy()
        left, right = (left + strip, right) if first < last else (left, right - strip)
    while (slack := bottom - top - box[1]) > 0:
        strip = -(-slack // _STRIPS)
        first = grey.crop((left, top, right, top + strip)).entropy()
        last = grey.crop((left, bottom - strip, right, bottom)).entropy()
        top, bottom = (top + strip, bottom) if first < last else (top, bottom - strip)
    return left, top


def _by_attention(image: Image.Image, box: Size) -> tuple[int, int]:
    drawing = _drawing_attention(image)
    columns = drawing.resize((drawing.width, 1), Image.Resampling.BOX)
    rows = drawing.resize((1, drawing.height), Image.Resampling.BOX)
    return _best_window(columns.tobytes(), box[0]), _best_window(rows.tobytes(), box[1])


def _drawing_attention(image: Image.Image) -> Image.Image:
    edges = image.convert("L").filter(ImageFilter.FIND_EDGES)
    colours = image.convert("HSV").getchannel("S").point(lambda level: level // 2)
    _, blue, red = image.convert("YCbCr").split()
    skin = ImageChops.multiply(_between(blue, *_SKIN_CB), _between(red, *_SKIN_CR))
    return ImageChops.add(ImageChops.add(edges, colours), skin.point(lambda level: level // 2))


def _between(channel: Image.Image, low: int, high: int) -> Image.Image:
    return channel.point([255 * (low <= level <= high) for level in range(256)])


def _best_window(levels: bytes, length: int) -> int:
    sums = list(accumulate(levels, initial=0))
    middle = (len(levels) - length) / 2
    starts = range(max(1, len(levels) - length + 1))
    return max(starts, key=lambda at: (sums[at + length] - sums[at], -abs(at - middle)))


def _within(at: int, most: int) -> int:
    return min(max(at, 0), most)
