"""Rendering: upright, right colours, no metadata, and only as large as asked."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, JpegImagePlugin

from apps.imaging import rendering
from apps.imaging.rendering import render
from apps.imaging.types import Fit, Format, Position, Wanted
from tests.apps.imaging.pictures import animation, opened, photo, quarters, saved

# What EXIF's orientation asks to be done, undone: so is the picture stored.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def drawn(content: bytes, **wanted: Any) -> Image.Image:
    """Return one picture as it is wanted."""
    (rendered,) = render(content, [Wanted(**{"format": Format.PNG, **wanted})])
    image = opened(rendered.content)
    assert image.size == (rendered.width, rendered.height)
    return image


def corners(image: Image.Image) -> list[tuple[bool, ...]]:
    """Return the colours near the four corners, from the top left on, each channel on or off."""
    width, height = image.size
    across, down = (width // 4, width * 3 // 4), (height // 4, height * 3 // 4)
    pixels = [image.convert("RGB").getpixel((x, y)) for y in down for x in across]
    return [tuple(level > 127 for level in pixel) for pixel in pixels if isinstance(pixel, tuple)]


UPRIGHT = corners(quarters())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG", "TIFF"])
@pytest.mark.parametrize("width", [0, 320])
def test_pictures_stand_upright(orientation: int, format_: str, width: int) -> None:
    turn = STORED_AS[orientation]
    source = quarters(640, 480)
    stored = source if turn is None else source.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(stored, format_, exif=exif)

    image = drawn(content, width=width)

    assert image.size == ((320, 240) if width else (640, 480))
    assert corners(image) == UPRIGHT


def test_jpeg_is_decoded_no_larger_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    load = JpegImagePlugin.JpegImageFile.load

    def noting(image: JpegImagePlugin.JpegImageFile) -> Any:
        decoded.append(image.size)
        return load(image)

    monkeypatch.setattr(JpegImagePlugin.JpegImageFile, "load", noting)
    exif = Image.Exif()
    exif[0x0112] = 6
    content = saved(quarters(1600, 1200), "JPEG", exif=exif)

    render(content, [Wanted(format=Format.WEBP, width=side) for side in (300, 100)])
    # As it is seen it is 1200 wide, so half of it is too little for 301 and an eighth for 150.
    assert decoded[0] == (400, 300)


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF"])
def test_nothing_but_pixels_is_in_what_is_drawn(format_: Format, source: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET maker"
    exif.get_ifd(0x8825)[29] = "SECRET place"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    options |= {"comment": b"SECRET comment"} if source in {"JPEG", "GIF"} else {}
    options |= {"xmp": b"<x>SECRET xmp</x>"} if source != "TIFF" else {}
    content = saved(quarters(), source, **options) + b"<?php SECRET trailer"

    (rendered,) = render(content, [Wanted(format=format_, width=64)])

    assert b"SECRET" not in rendered.content
    assert b"Exif" not in rendered.content
    assert b"ICC_PROFILE" not in rendered.content
    image = opened(rendered.content)
    assert not image.getexif()
    assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(image.info)


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "PNG", "TIFF"])
def test_colours_of_another_profile_become_srgb(format_: str) -> None:
    # In this profile the same numbers mean other colours: its gamma is 1, not about 2.2.
    content = saved(Image.new("RGB", (64, 64), (128, 128, 128)), format_, icc_profile=linear())

    pixel = drawn(content).getpixel((30, 30))

    assert isinstance(pixel, tuple)
    assert all(abs(level - 188) <= 3 for level in pixel), pixel


def test_cmyk_becomes_rgb() -> None:
    content = saved(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG")

    pixel = drawn(content).getpixel((30, 30))

    assert isinstance(pixel, tuple)
    assert (pixel[0] > 200, pixel[1] < 60, pixel[2] < 60) == (True, True, True)


def test_fill_distorts_and_background_shows() -> None:
    assert drawn(saved(quarters()), width=20, height=40, fit=Fit.FILL).size == (20, 40)

    contained = drawn(
        saved(quarters()), width=64, height=64, fit=Fit.CONTAIN, background="ff00ffff"
    )

    assert contained.size == (64, 64)
    assert contained.convert("RGB").getpixel((0, 0)) == (255, 0, 255)


def test_position_says_what_stays_in_view() -> None:
    part = drawn(saved(quarters()), width=20, height=24, fit=Fit.COVER, position=Position.EAST)

    colours = corners(part)
    assert colours == [UPRIGHT[1], UPRIGHT[1], UPRIGHT[3], UPRIGHT[3]]


def test_border_is_trimmed_before_the_picture_is_fitted() -> None:
    framed = Image.new("RGB", (100, 100), "white")
    framed.paste("red", (25, 40, 75, 60))

    assert drawn(saved(framed), trim=10).size == (50, 20)
    assert drawn(saved(framed), trim=10, width=25).size == (25, 10)


@pytest.mark.parametrize("format_", [Format.GIF, Format.WEBP])
def test_what_moves_goes_on_moving_where_it_is_wanted(format_: Format) -> None:
    wanted = [Wanted(format=format_, width=20, is_still=still) for still in (False, True)]

    moving, still = render(animation(4), wanted)

    assert [frames(moving.content), frames(still.content)] == [4, 1]


def test_format_that_stands_still_shows_the_first_frame() -> None:
    wanted = Wanted(format=Format.JPEG, is_still=False)

    (still,) = render(animation(4), [wanted])

    assert frames(still.content) == 1


def test_animation_too_large_to_be_written_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_PIXELS", 100)

    (rendered,) = render(animation(4), [Wanted(format=Format.GIF, is_still=False)])

    assert frames(rendered.content) == 1


def test_same_picture_may_be_wanted_twice() -> None:
    wanted = Wanted(format=Format.WEBP, width=10)

    one, two = render(saved(photo(40, 30)), [wanted, wanted])

    assert one == two


def frames(content: bytes) -> int:
    """Return how many frames a file has."""
    return int(getattr(Image.open(BytesIO(content)), "n_frames", 1))


def linear() -> bytes:
    """Return sRGB's profile with a gamma of 1: the curves of its channels replaced."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    for number in range(count):
        at = 132 + 12 * number
        if bytes(profile[at : at + 4]) in {b"rTRC", b"gTRC", b"bTRC"}:
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            # "curv" without entries: the identity (ICC.1:2022, 10.6).
            profile[start : start + 12] = b"curv" + bytes(8)
            profile[at + 8 : at + 12] = (12).to_bytes(4, "big")
    # By its name it would count as sRGB.
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "line".encode("utf-16-be"))
