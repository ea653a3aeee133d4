"""Colours become sRGB, whatever they were."""

import pytest
from PIL import Image, ImageCms

from apps.imaging.colours import drawable, srgb

# A profile that turns red into another colour: its primaries are in another order.
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV"])
def test_every_mode_becomes_rgb_or_rgba(mode: str) -> None:
    image = drawable(Image.new(mode, (4, 4)))

    assert srgb(image, None).mode == ("RGBA" if mode in {"LA", "PA", "RGBA"} else "RGB")


@pytest.mark.parametrize("mode", ["I", "I;16", "I;16B"])
def test_sixteen_bits_become_eight_without_being_cut(mode: str) -> None:
    image = srgb(drawable(Image.new(mode, (4, 4), 32896)), None)

    assert image.getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize("profile", [b"", b"no profile", LAB, SRGB, None])
def test_profile_that_is_for_other_colours_or_none_changes_nothing(profile: bytes | None) -> None:
    image = Image.new("RGB", (2, 2), (200, 100, 50))

    assert srgb(image, profile).getpixel((0, 0)) == (200, 100, 50)
