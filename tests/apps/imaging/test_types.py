"""What is asked for in the words of imaging can be drawn."""

from typing import Any

import pytest

from apps.imaging.types import LONGEST_SIDE, Format, Wanted


@pytest.mark.parametrize(
    "fields",
    [
        {"width": -1},
        {"height": LONGEST_SIDE + 1},
        {"quality": 0},
        {"quality": 101},
        {"trim": 101},
        {"background": "ff0000"},
        {"background": "FF0000FF"},
        {"background": "ff0000ff\n"},
    ],
)
def test_what_nobody_can_draw_is_not_wanted(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is"):
        Wanted(format=Format.WEBP, **fields)


def test_media_types_follow_from_formats() -> None:
    assert [one.content_type for one in Format] == [
        "image/webp",
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/avif",
    ]
