"""How bytes are given to browsers: shown in place or downloaded, and under which name."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.files.serving import (
    content_disposition,
    disposition_of,
    is_picture,
    safe_name,
    served_name,
    split_rendition,
)
from apps.files.types import Disposition, Purpose

SHOWN = Purpose(name="image", title="Image", kinds=(), limit_bytes=1, inline=True)
KEPT = Purpose(name="document", title="Document", kinds=(), limit_bytes=1)


@pytest.mark.parametrize(
    ("content_type", "purpose", "disposition"),
    [
        ("image/webp", SHOWN, Disposition.INLINE),
        ("image/webp", KEPT, Disposition.ATTACHMENT),
        ("image/webp", None, Disposition.ATTACHMENT),
        ("text/html", SHOWN, Disposition.ATTACHMENT),
        ("image/svg+xml", SHOWN, Disposition.ATTACHMENT),
        ("application/xhtml+xml", SHOWN, Disposition.ATTACHMENT),
    ],
)
def test_only_what_runs_nothing_is_shown_in_place(
    content_type: str, purpose: Purpose | None, disposition: Disposition
) -> None:
    assert disposition_of(content_type, purpose=purpose) is disposition


def test_a_name_is_sent_in_ascii_and_whole() -> None:
    header = content_disposition(Disposition.ATTACHMENT, "Größe €.pdf")

    assert header == (
        "attachment; filename=\"Gr__e _.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.pdf"
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"; filename="b.exe', "a_; filename=_b.exe"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x=1"),
        ("photo\u202egnp.exe", "photo_gnp.exe"),
        ("a\x00b", "a_b"),
        ("   ", "file"),
        ("...", "file"),
        ("x" * 10_000 + ".pdf", "x" * 146 + ".pdf"),
        ("\ud800.txt", "_.txt"),
        ("%2e%2e%2fplan.pdf", "%2e%2e%2fplan.pdf"),
    ],
)
def test_hostile_names_are_made_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(alphabet=st.characters()))
def test_no_name_breaks_the_header(name: str) -> None:
    header = content_disposition(Disposition.INLINE, name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert "%" not in header.split('"')[1]
    assert unquote(header.partition("UTF-8''")[2]) == safe_name(name)


def test_a_rendition_has_the_name_of_its_file() -> None:
    assert served_name("Sommer.HEIC", rendition="full", format_name="jpeg") == "Sommer.jpeg"
    assert served_name("Sommer.HEIC", rendition="300", format_name="webp") == "Sommer-300.webp"
    assert served_name(".heic", rendition="150", format_name="webp") == "heic-150.webp"


def test_a_rendition_is_asked_for_with_and_without_a_format() -> None:
    assert split_rendition("300.jpeg") == ("300", "jpeg")
    assert split_rendition("300") == ("300", "")


def test_pictures_are_known_by_their_type() -> None:
    assert is_picture("image/svg+xml")
    assert not is_picture("application/pdf")
