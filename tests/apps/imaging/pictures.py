"""Pictures for tests: plain ones, photos, and bombs."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def opened(content: bytes) -> Image.Image:
    """Return the picture, decoded."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def saved(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    """Return the picture's file."""
    target = BytesIO()
    image.save(target, format_, **options)
    return target.getvalue()


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """Return a picture whose quarters are red, green, blue and white, from the top left on."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def photo(width: int, height: int) -> Image.Image:
    """Return a picture with as much in it as a photo has: soft shapes, edges and noise."""
    shapes = Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 40).convert("L")
    noise = Image.effect_noise((width, height), 30)
    channels = (
        shapes,
        shapes.transpose(Image.Transpose.ROTATE_180),
        Image.blend(shapes, noise, 0.2),
    )
    return Image.merge("RGB", channels)


def animation(frames: int = 3, size: tuple[int, int] = (40, 30), format_: str = "GIF") -> bytes:
    """Return a picture that moves: one frame of another grey every 50 ms."""
    greys = [Image.new("L", size, 40 + number % 2 * 100) for number in range(frames)]
    first, *rest = greys
    return saved(first, format_, save_all=True, append_images=rest, duration=50, loop=0)


def flat_png(width: int, height: int, *, frames: int = 0) -> bytes:
    """Return a PNG of single bits, all black; it says of itself that it has so many frames."""
    pixels = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(pixels.compress(row) for _ in range(height)) + pixels.flush()
    moving = _chunk(b"acTL", struct.pack(">II", frames, 0)) if frames else b""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    body = _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + moving + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
