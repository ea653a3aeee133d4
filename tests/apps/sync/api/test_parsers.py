"""What is pushed is read, whatever texts are in it."""

from io import BytesIO

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import BodyTooLarge, MalformedBody
from apps.sync.api.parsers import KindParser, storable


def parsed(body: bytes) -> object:
    return KindParser().parse(BytesIO(body))


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (rb"a\u0000b", "a\ufffdb"),
        (rb"a\ud83d", "a\ufffd"),
        (rb"\ude00a", "\ufffda"),
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\ude00\ud83d", "\ufffd\ufffd"),
        (rb"C:\\u0000", r"C:\u0000"),
        (rb"C:\\\u0000", "C:\\\ufffd"),
        (rb"\\ud83d", r"\ud83d"),
    ],
)
def test_what_cannot_be_stored_is_replaced_and_nothing_else(escaped: bytes, read: str) -> None:
    assert parsed(b'{"text": "' + escaped + b'"}') == {"text": read}


def test_names_are_read_alike() -> None:
    assert parsed(rb'{"a\u0000": 1}') == {"a\ufffd": 1}


@given(text=st.text(st.characters(exclude_categories=()), max_size=50))
def test_any_text_of_javascript_is_read(text: str) -> None:
    # As JSON.stringify writes it: halves of pairs are escaped, all else may be.
    escaped = "".join(
        f"\\u{unit:04x}"
        for unit in memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    )
    kept = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    read = orjson.loads(storable(f'"{escaped}"'.encode()))

    assert read == kept.replace("\x00", "\ufffd")


def test_what_is_no_json_stays_refused() -> None:
    for body in (b"{", b'"\x00"', b'{"a": 1, "a": 2}', rb'"\u00"', b'"\xff"'):
        with pytest.raises(MalformedBody):
            parsed(body)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(BodyTooLarge):
        parsed(b'"' + b"x" * 1024 * 1024 + b'"')
