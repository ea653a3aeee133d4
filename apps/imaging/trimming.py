"""Trimming: a border of one colour is cut off, as sharp does it."""

from functools import reduce

from PIL import Image, ImageChops


def trimmed(image: Image.Image, threshold: int) -> Image.Image:
    """Return the picture without the border that is like its top left pixel.

    A border may differ from that pixel by ``threshold`` of 255 levels in each channel. What is one
    colour as a whole stays as it is.
    """
    # Premultiplied, so that what cannot be seen has no colour.
    seen = image.convert("RGBA").convert("RGBa")
    border = Image.new(seen.mode, seen.size, seen.getpixel((0, 0)))
    channels = ImageChops.difference(seen, border).split()
    most = reduce(ImageChops.lighter, channels)
    box = most.point([255 * (level > threshold) for level in range(256)]).getbbox()
    return image.crop(box) if box else image
