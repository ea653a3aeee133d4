"""Which coding a client prefers, and what may be compressed."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.compression import (
    MIN_BYTES,
    bears_secrets,
    codings_for,
    compressed,
    is_compressible,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip", ["gzip", "identity"]),
        ("gzip, deflate, br", ["br", "gzip", "identity"]),
        ("gzip, deflate, br, zstd", ["br", "gzip", "identity"]),
        ("br;q=0.5, gzip;q=0.8", ["gzip", "br", "identity"]),
        ("GZIP;Q=0.2", ["gzip", "identity"]),
        ("x-gzip", ["gzip", "identity"]),
        ("*", ["br", "gzip", "identity"]),
        ("gzip;q=0, *", ["br", "identity"]),
        ("*;q=0", ["identity"]),
        ("identity;q=0", ["identity"]),
        ("identity;q=0, gzip;q=0.1", ["gzip", "identity"]),
        ("identity, gzip;q=0.5", ["identity", "gzip"]),
        ("gzip;q=0", ["identity"]),
        ("gzip ; q = 1.000 ,br; q=0.001", ["gzip", "br", "identity"]),
        ("gzip;q=2, br;q=x, deflate;;", ["identity"]),
        ("gzip;level=9", ["identity"]),
        ("gzip;q=0.5, gzip;q=0", ["identity"]),
        (",,gzip,,", ["gzip", "identity"]),
        ("gzip," * 400, ["identity"]),
    ],
)
def test_codings_are_taken_in_the_order_of_the_client(
    header: str | None, expected: list[str]
) -> None:
    assert list(codings_for(header)) == expected


@given(header=st.text(st.characters(max_codepoint=255), max_size=600))
def test_any_header_leaves_a_coding_to_answer_in(header: str) -> None:
    assert "identity" in codings_for(header)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("application/problem+json", True),
        ("application/vnd.api+json; charset=utf-8", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("text/css", True),
        ("text/javascript", True),
        ("application/javascript", True),
        ("application/xml", True),
        ("image/svg+xml", True),
        ("text/event-stream", False),
        ("image/png", False),
        ("application/zip", False),
        ("application/octet-stream", False),
        ("application/jsonish", False),
        ("", False),
    ],
)
def test_only_text_is_compressed(content_type: str, *, expected: bool) -> None:
    assert is_compressible({"Content-Type": content_type}, MIN_BYTES) is expected


def test_short_and_already_compressed_answers_are_left() -> None:
    json = {"Content-Type": "application/json"}

    assert not is_compressible(json, MIN_BYTES - 1)
    assert not is_compressible({**json, "Content-Encoding": "gzip"}, MIN_BYTES)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Cache-Control": "no-store"}, True),
        ({"Cache-Control": "max-age=0, No-Store, private"}, True),
        ({"Set-Cookie": "a=b"}, True),
        ({"Cache-Control": "private, no-cache"}, False),
        ({}, False),
    ],
)
def test_secrets_are_known_by_their_mark(headers: dict[str, str], *, expected: bool) -> None:
    assert bears_secrets(headers) is expected


def test_compressed_bodies_open_again() -> None:
    body = b"Harbour House " * 100

    assert gzip.decompress(compressed(body, "gzip") or b"") == body
    assert brotli.decompress(compressed(body, "br") or b"") == body
    assert compressed(body, "gzip") == compressed(body, "gzip")


def test_what_does_not_get_smaller_is_left() -> None:
    assert compressed(b"x", "gzip") is None
    assert compressed(b"x", "br") is None
