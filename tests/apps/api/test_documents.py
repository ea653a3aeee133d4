"""Reading JSON that nobody vouches for."""

import pytest

from apps.api.documents import MAX_DEPTH, read_document
from apps.api.errors import MalformedBody, TooDeeplyNested


def test_a_plain_document_is_read() -> None:
    assert read_document(b'{"name": "a:b[{", "units": [{"floor": 1}, null]}') == {
        "name": "a:b[{",
        "units": [{"floor": 1}, None],
    }


@pytest.mark.parametrize(("left", "right"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_ends_at_the_limit(left: bytes, right: bytes) -> None:
    deepest = left * MAX_DEPTH + b"1" + right * MAX_DEPTH

    assert read_document(deepest) is not None
    with pytest.raises(TooDeeplyNested):
        read_document(left + deepest + right)


def test_many_shallow_arrays_are_no_depth() -> None:
    assert len(read_document(b"[" + b"[],{}," * 1000 + b"[]]")) == 2001


def test_brackets_in_a_text_are_no_depth() -> None:
    text = b'\\"[{' * 100

    assert read_document(b'["' + text + b'"]') == [text.replace(b"\\", b"").decode()]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\x00",
        b'"\x00"',
        b'{"a": 1',
        b"{'a': 1}",
        b"[1,]",
        b"NaN",
        b"[Infinity]",
        b'"\\ud800"',
        b"\xff\xfe{\x00}\x00",
        b'"caf\xe9"',
        "“name”".encode(),
    ],
)
def test_what_is_no_json_in_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_document(body)


@pytest.mark.parametrize(
    "body",
    [b'"a\\u0000b"', b'{"a": {"b": ["\\u0000"]}}', b'{"a\\u0000": 1}', b'[[["x", "\\u0000"]]]'],
)
def test_a_nul_character_is_refused_wherever_it_stands(body: bytes) -> None:
    with pytest.raises(MalformedBody, match="NUL"):
        read_document(body)


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "a": 2}', b'[{"x": {"a": 1, "\\u0061": 1}}]', b'{"":{},"":{}}']
)
def test_an_object_with_two_equal_keys_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody, match="twice"):
        read_document(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'"' + b'\\"' * 500_000,
        b'{"a":' * 200_000,
        b"[" + b"[]," * 300_000,
        b'"' * 1_000_001,
    ],
)
def test_a_hostile_megabyte_is_refused_at_once(body: bytes) -> None:
    # Scanning again from each quote or bracket would run into the time limit of all tests.
    with pytest.raises((MalformedBody, TooDeeplyNested)):
        read_document(body)
