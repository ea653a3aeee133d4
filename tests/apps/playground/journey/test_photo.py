"""The photo of the journey is one as cameras take them, and what was served is measured."""

import io

from PIL import Image

from apps.playground.journey.photo import SIZE, shown_size, taken_photo, tells_a_place


def test_photo_has_a_place_and_a_turn_in_it_as_a_camera_leaves_them() -> None:
    content = taken_photo()

    assert shown_size(content) == SIZE
    assert tells_a_place(content)
    assert len(content) > 1024 * 1024, "A line can die in the middle of it."


def test_picture_that_was_made_anew_tells_no_place() -> None:
    made = io.BytesIO()
    Image.new("RGB", (30, 40)).save(made, "WEBP")

    assert not tells_a_place(made.getvalue())
    assert shown_size(made.getvalue()) == (30, 40)
