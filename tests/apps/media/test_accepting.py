"""Of an Accept header only the best format matters."""

import pytest

from apps.imaging.types import Format
from apps.media.accepting import accept_class, chosen_format
from apps.media.types import AcceptClass, Parameters


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("image/avif,image/webp,*/*", AcceptClass.AVIF),
        ("IMAGE/WEBP", AcceptClass.WEBP),
        ("image/webp;q=0.5, image/avif;q=0.000", AcceptClass.WEBP),
        ("image/*", AcceptClass.PLAIN),
        ("*/*", AcceptClass.PLAIN),
        ("", AcceptClass.PLAIN),
        ("text/html, image/avifs", AcceptClass.PLAIN),
        ("x" * 2000 + ",image/avif", AcceptClass.PLAIN),
    ],
)
def test_header_is_one_of_three_classes(accept: str, expected: AcceptClass) -> None:
    assert accept_class(accept) is expected


def test_what_may_be_transparent_stays_so_for_old_clients() -> None:
    assert chosen_format(Parameters(), AcceptClass.PLAIN, "image/png") is Format.PNG
    assert chosen_format(Parameters(), AcceptClass.PLAIN, "image/jpeg") is Format.JPEG


def test_format_that_was_named_is_kept_whatever_is_accepted() -> None:
    named = Parameters(format=Format.GIF)

    assert chosen_format(named, AcceptClass.AVIF, "image/png") is Format.GIF
