"""Colours: whatever a file's colours mean, they become sRGB with eight bits."""

from io import BytesIO

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_SPACES = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "L": "GRAY"}
_SIXTEEN_BITS = {"I", "I;16", "I;16B", "I;16L", "I;16N"}


def drawable(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be scaled well: no palette, no 16 bits, no single bit.

    Its colours are not converted yet, so that this is done on fewer pixels later.
    """
    if image.mode in _SIXTEEN_BITS:
        image = image.convert("I").point(lambda level: level * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if image.mode in {"1", "F"} else "RGB")


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as RGB or RGBA in sRGB.

    A profile that cannot be read, or is for other colours, counts as sRGB; so browsers do it. One
    that is called sRGB is believed, which saves a third of the time a thumbnail takes.
    """
    mode = "RGBA" if image.mode in {"LA", "RGBA"} else "RGB"
    converted = _by_profile(image, profile, mode) if profile else None
    if converted:
        return converted
    return image if image.mode == mode else image.convert(mode)


def _by_profile(image: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES.get(image.mode):
            return None
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
