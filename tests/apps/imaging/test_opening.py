"""Opening: limits before anything is decoded, and what a file turns out to show."""

from typing import Any

import pytest
from PIL import Image, JpegImagePlugin, PngImagePlugin

from apps.imaging import opening
from apps.imaging.errors import PictureTooLarge
from apps.imaging.types import Picture
from tests.apps.imaging.pictures import animation, flat_png, quarters, saved

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")


def oriented(orientation: int) -> bytes:
    """Return a picture of 64 by 48 pixels whose camera says how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(quarters(), "JPEG", exif=exif)


@pytest.mark.parametrize("format_", FORMATS)
def test_pictures_of_every_format_that_is_read_are_known(format_: str) -> None:
    assert opening.inspect(saved(quarters(), format_)) == Picture(
        format=format_.lower(), width=64, height=48, frames=1, has_alpha=False
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_as_the_picture_is_seen(orientation: int) -> None:
    picture = opening.inspect(oriented(orientation))

    assert (picture.width, picture.height) == ((64, 48) if orientation < 5 else (48, 64))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientation_that_is_none_is_passed_over(orientation: int) -> None:
    assert opening.inspect(oriented(orientation)).width == 64


def test_exif_that_leads_in_a_circle_is_passed_over() -> None:
    # An IFD whose next one is itself, and whose one entry points to it too.
    looping = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00"
    looping += b"\x08\x00\x00\x00\x08\x00\x00\x00"

    assert opening.inspect(saved(quarters(), "JPEG", exif=looping)).width == 64


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG", "AVIF"])
def test_frames_of_what_moves_are_counted(format_: str) -> None:
    assert opening.inspect(animation(5, format_=format_)).frames == 5


@pytest.mark.parametrize("format_", ["MPO", "TIFF"])
def test_of_a_file_of_many_pictures_the_first_one_counts(format_: str) -> None:
    others = [Image.new("RGB", (90, 90)) for _ in range(3)]
    content = saved(quarters(), format_, save_all=True, append_images=others)

    picture = opening.inspect(content)

    assert (picture.width, picture.height, picture.frames) == (64, 48, 1)


@pytest.mark.parametrize(
    ("mode", "options", "has_alpha"),
    [
        ("RGBA", {}, True),
        ("LA", {}, True),
        ("RGB", {}, False),
        ("L", {"transparency": 3}, True),
        ("P", {"transparency": 0}, True),
        ("1", {}, False),
    ],
)
def test_transparency_is_noticed(mode: str, options: dict[str, Any], has_alpha: bool) -> None:
    content = saved(Image.new(mode, (8, 8)), "PNG", **options)

    assert opening.inspect(content).has_alpha is has_alpha


def test_nothing_is_decoded_of_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", pytest.fail)
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load_prepare", pytest.fail)

    for content in (flat_png(12_000, 12_000), flat_png(5_000, 5_000, frames=2)):
        with pytest.raises(PictureTooLarge):
            opening.inspect(content)


def test_nothing_is_decoded_to_read_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", pytest.fail)

    assert opening.opened(oriented(6)).size == (64, 48)
