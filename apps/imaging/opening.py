"""Opening a picture: what its header says is weighed before anything is decoded.

Only what moves (GIF, APNG, WebP, AVIF) has frames. Of a file that holds several pictures, such as
MPO with its depth map or a TIFF of many pages, the first is what it shows; the others are never
decoded.
"""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from apps.imaging.errors import BrokenPicture, NotAPicture, PictureTooLarge
from apps.imaging.types import MOST_BYTES, MOST_FRAMES, MOST_PIXELS, SOURCES, Picture

# Imported for what they register; nothing else is loaded, and nothing later.
PLUGINS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# An MPO is found by the reader of JPEG; nobody registers for it.
_TRIED = tuple(name for name in SOURCES if name != "MPO")
_MOVING = {"GIF", "PNG", "WEBP", "AVIF"}
_ORIENTATION = 0x0112
# By EXIF's number: what turns the picture as it is stored into the one that was seen.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# All that decoders were seen to raise on bad bytes; MemoryError is something else.
_BROKEN: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


def set_limits() -> None:
    """Let Pillow itself refuse what is too large or cut short; AVIF takes one thread."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def opened(content: bytes) -> ImageFile.ImageFile:
    """Return the picture with its header read and within the limits, nothing decoded yet.

    Raises NotAPicture, BrokenPicture, PictureTooLarge.
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge(f"The file has more than {MOST_BYTES} bytes.")
    with decoding():
        try:
            image = Image.open(BytesIO(content), formats=_TRIED)
        except UnidentifiedImageError:
            raise NotAPicture("The file is none of the kinds of pictures that are read.") from None
        _weigh(image)
    return image


@contextmanager
def decoding() -> Iterator[None]:
    """Tell whatever Pillow raises on bad bytes in our words."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except _BROKEN as problem:
        raise BrokenPicture("The picture is damaged or cut off.") from problem


def frames_of(image: ImageFile.ImageFile) -> int:
    """Return how many frames the picture has that are shown one after the other."""
    return int(getattr(image, "n_frames", 1)) if image.format in _MOVING else 1


def orientation_of(image: Image.Image) -> int:
    """Return EXIF's orientation; 1 where there is none, or Pillow turns by itself (TIFF)."""
    if image.format == "TIFF":
        return 1
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return orientation if orientation in _TURNS else 1


def seen_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height as the picture is seen: orientation applied."""
    width, height = image.size
    return (height, width) if orientation_of(image) >= 5 else (width, height)


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture turned as it was seen."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def inspect(content: bytes) -> Picture:
    """Decode every frame and return what the file shows.

    Raises NotAPicture, BrokenPicture, PictureTooLarge.
    """
    image = opened(content)
    with decoding():
        frames = frames_of(image)
        width, height = seen_size(image)
        has_alpha = image.has_transparency_data
        for number in range(frames):
            image.seek(number)
            image.load()
    return Picture(
        format=(image.format or "").lower(),
        width=width,
        height=height,
        frames=frames,
        has_alpha=has_alpha,
    )


def _weigh(image: ImageFile.ImageFile) -> None:
    width, height = image.size
    if not width or not height:
        raise BrokenPicture("The picture has no pixels.")
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    frames = frames_of(image)
    if frames > MOST_FRAMES:
        raise PictureTooLarge(f"The picture has {frames} frames; {MOST_FRAMES} are the most.")
    if width * height * frames > MOST_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> PictureTooLarge:
    most = MOST_PIXELS // 1_000_000
    return PictureTooLarge(f"The picture has more than {most} megapixels, over all frames.")
