"""P18: a rendition is no larger than asked, in pixels and bytes, and tells nothing of its maker."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from apps.files.thumbnails import THUMBNAILS, WHOLE_SIDE, limit_bytes
from tests.renditions import SECRET, noise, renditions_of, telling

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

SIDES = st.one_of(st.integers(1, 40), st.integers(1, 330))
FORMATS = st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])


@settings(max_examples=100, deadline=None)
@given(
    size=st.tuples(SIDES, SIDES),
    mode=st.sampled_from(["RGB", "RGBA"]),
    is_noise=st.booleans(),
    format_=FORMATS,
    seed=st.integers(0, 9),
)
@example((640, 620), "RGBA", True, "PNG", 1)
@example((640, 2), "RGB", True, "JPEG", 1)
@example((4200, 30), "RGB", False, "PNG", 1)
def test_property_p18_renditions_are_small_and_tell_nothing(
    size: tuple[int, int], mode: str, is_noise: bool, format_: str, seed: int
) -> None:
    """No side longer than the box and the source, no more bytes than the class allows, no metadata.

    The class is `thumbnails.limit_bytes`. Noise is what encoders can leave nothing out of. Seen to
    fail with quality not going down, with what Pillow carries on in `info` left there, and with
    thumbnails enlarged.
    """
    image = noise(mode, size, seed) if is_noise else Image.new(mode, size, "orange")
    content = telling(image, format_)
    width, height = size

    with renditions_of(content) as made:
        assert made
        for (name, _), rendition in made.items():
            drawn = rendition.image()
            side = THUMBNAILS.get(name, WHOLE_SIDE)
            assert drawn.size == (rendition.row.width, rendition.row.height)
            assert drawn.width <= min(side, width)
            assert drawn.height <= min(side, height)
            assert len(rendition.content) <= limit_bytes(
                name, width=width, height=height, source_bytes=len(content)
            )
            assert len(rendition.content) == rendition.row.size_bytes
            assert SECRET not in rendition.content
            assert not drawn.getexif()
            assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(drawn.info)
