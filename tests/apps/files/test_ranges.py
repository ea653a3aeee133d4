"""Which bytes of a whole a client asks for (RFC 9110 section 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.files.ranges import Span, Unsatisfiable, asked_span


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-499", Span(0, 500)),
        ("bytes=500-999", Span(500, 1000)),
        ("bytes=-500", Span(500, 1000)),
        ("bytes=-5000", Span(0, 1000)),
        ("bytes=999-", Span(999, 1000)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=0-99999", Span(0, 1000)),
        ("BYTES=0-1", Span(0, 2)),
        ("bytes= 0-1 ", Span(0, 2)),
        ("bytes=0-1,", Span(0, 2)),
    ],
)
def test_one_piece_is_found(header: str, span: Span) -> None:
    assert asked_span(header, size_bytes=1000) == span


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=2-1",
        "bytes=0-1,x",
        "bytes=0-1;2-3",
        "bytes=--1",
        "bytes=1-2-3",
        "lines=0-1",
        "bytes=\u0660-\u0669",
        "bytes=0-" + "9" * 5000,
        "bytes=" + ",".join(["0-"] * 1000),
        "bytes=0-1,2-3",
        "bytes=0-1,5000-",
    ],
)
def test_of_what_is_malformed_or_several_the_whole_is_given(header: str) -> None:
    assert asked_span(header, size_bytes=1000) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=2000-,-0"])
def test_what_lies_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_span(header, size_bytes=1000)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_an_empty_file_has_no_pieces(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked_span(header, size_bytes=0)


@given(header=st.text(max_size=30).map("bytes={}".format), size_bytes=st.integers(0, 50))
def test_a_piece_lies_within_the_whole(header: str, size_bytes: int) -> None:
    try:
        span = asked_span(header, size_bytes=size_bytes)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size_bytes


@given(first=st.integers(0, 60), last=st.integers(0, 60), size_bytes=st.integers(1, 50))
def test_a_piece_is_what_python_would_cut(first: int, last: int, size_bytes: int) -> None:
    whole = bytes(range(size_bytes))
    try:
        span = asked_span(f"bytes={first}-{last}", size_bytes=size_bytes)
    except Unsatisfiable:
        assert whole[first : last + 1] == b""
        return
    if span is None:
        assert last < first
    else:
        assert whole[span.start : span.end] == whole[first : last + 1]
