"""The photo that Ada takes: made up, yet with a place and a turn in it as a camera leaves them."""

import io

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

SIZE = (3200, 2400)
# The camera was held upright; viewers must turn what it wrote.
_TURNED = 6
_ALEXANDRIA = ((31.0, 12.0, 50.0), (29.0, 53.0, 7.0))


def taken_photo() -> bytes:
    """Return a JPEG of some megabytes that tells where it was taken."""
    picture = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    pen = ImageDraw.Draw(picture)
    width, height = SIZE
    for step in range(12):
        edge = height // 3 + step * 90
        pen.ellipse(
            (width // 2 - edge, 300, width // 2 + edge, 300 + 2 * edge),
            outline=(235, 40 + 15 * step, 60),
            width=24,
        )
    grain = Image.effect_noise(SIZE, 40).convert("RGB")
    content = io.BytesIO()
    Image.blend(picture, grain, 0.2).save(content, "JPEG", quality=92, exif=_exif())
    return content.getvalue()


def shown_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a picture that was served."""
    return Image.open(io.BytesIO(content)).size


def tells_a_place(content: bytes) -> bool:
    """Tell whether a picture still knows where it was taken, or with what."""
    return bool(Image.open(io.BytesIO(content)).getexif())


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make] = "Lighthouse Optics"
    exif[Base.Orientation] = _TURNED
    north, east = _ALEXANDRIA
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: north,
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: east,
        }
    )
    return exif
