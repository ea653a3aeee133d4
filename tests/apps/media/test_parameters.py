"""Parameters have one canonical value, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.imaging.types import Fit, Format, Position
from apps.media.errors import BadParameter
from apps.media.parameters import (
    background_of,
    read_parameters,
    written_parameters,
)
from apps.media.types import Parameters

ANY = st.builds(
    Parameters,
    width=st.integers(0, 8192),
    height=st.integers(0, 8192),
    fit=st.sampled_from(Fit),
    position=st.sampled_from(Position),
    background=st.sampled_from(["", "ff0000ff", "00000080"]),
    trim=st.integers(0, 100),
    quality=st.integers(1, 100),
    format=st.sampled_from([None, *Format]),
    may_enlarge=st.booleans(),
)


@given(ANY)
def test_what_is_written_is_read_as_it_was(parameters: Parameters) -> None:
    assert read_parameters(written_parameters(parameters)) == parameters


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("f00", "ff0000ff"),
        ("#F00", "ff0000ff"),
        ("ff0000", "ff0000ff"),
        ("ff000080", "ff000080"),
        ("f008", "ff000088"),
        ("transparent", ""),
    ],
)
def test_colours_have_one_form(text: str, colour: str) -> None:
    assert background_of(text) == colour


@pytest.mark.parametrize("text", ["", "red", "#ff", "ff00000", "gg0000"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hex"):
        background_of(text)


def test_every_wrong_parameter_is_named() -> None:
    with pytest.raises(BadParameter) as refusal:
        read_parameters({"width": "1e3", "quality": "101", "enlarge": "yes", "unknown": "1"})

    assert [each["field"] for each in refusal.value.errors] == [
        *("width", "quality", "enlarge", "unknown")
    ]


def test_jpg_is_jpeg() -> None:
    assert read_parameters({"format": "jpg"}).format is Format.JPEG
