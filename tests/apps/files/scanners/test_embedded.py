"""What the embedded scanner finds, wherever it hides, and what it lets pass."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from typing_extensions import override

from apps.files.scanners import embedded, unfolding
from apps.files.scanners.embedded import OVERLAP_BYTES, WINDOW_BYTES, EmbeddedScanner
from apps.files.types import Checked
from tests.apps.files.samples import (
    DOS_STUB,
    EICAR,
    PDF,
    nested,
    office,
    open_document,
    picture,
    program,
    text,
    zipped,
)


def _steps(content: bytes, step_bytes: int) -> Iterator[bytes]:
    for start in range(0, len(content), step_bytes):
        yield content[start : start + step_bytes]


def threat_in(content: bytes, *, step_bytes: int = 256 * 1024) -> str:
    """What the scanner finds; "" for nothing."""
    verdict = EmbeddedScanner().scan(_steps(content, step_bytes), size_bytes=len(content))
    assert (verdict.outcome is Checked.INFECTED) == bool(verdict.threat)
    return verdict.threat


@pytest.mark.parametrize(
    "place",
    [
        0,
        1,
        5000,
        WINDOW_BYTES - len(EICAR),
        WINDOW_BYTES - 1,
        WINDOW_BYTES,
        WINDOW_BYTES - OVERLAP_BYTES,
        WINDOW_BYTES - OVERLAP_BYTES + 1 - len(EICAR),
        2 * WINDOW_BYTES - OVERLAP_BYTES - 30,
    ],
)
@pytest.mark.parametrize("step_bytes", [4096, 256 * 1024, WINDOW_BYTES - 1, 10**9])
def test_eicar_is_found_at_any_place_and_in_any_steps(place: int, step_bytes: int) -> None:
    content = text(place + 5000, with_at={place: EICAR})

    assert threat_in(content, step_bytes=step_bytes) == "eicar_test_file"


def test_eicar_is_found_byte_by_byte() -> None:
    assert threat_in(text(300) + EICAR, step_bytes=1) == "eicar_test_file"
    assert threat_in(zipped({"a": EICAR}), step_bytes=1) == "eicar_test_file"


@pytest.mark.parametrize("cut", [0, 1, len(EICAR) - 1])
def test_what_lacks_a_byte_is_not_eicar(cut: int) -> None:
    assert threat_in(EICAR[:cut] + EICAR[cut + 1 :]) == ""


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("place", [0, 3_000_000])
def test_eicar_is_found_in_a_zip(method: int, place: int) -> None:
    content = zipped({"a.txt": text(100), "b.txt": text(place) + EICAR}, method=method)

    assert threat_in(content) == "eicar_test_file"


@pytest.mark.parametrize("times", [1, 3, unfolding.MOST_DEPTH])
def test_eicar_is_found_in_nested_zips(times: int) -> None:
    assert threat_in(nested(EICAR, times=times)) == "eicar_test_file"


def test_zips_are_not_opened_without_end() -> None:
    assert threat_in(nested(b"harmless", times=unfolding.MOST_DEPTH + 1)) == "unfolds_without_end"


def test_zip_that_lacks_its_directory_is_opened_all_the_same() -> None:
    whole = zipped({"a.txt": text(5000) + EICAR})

    assert threat_in(whole[: whole.rindex(b"PK\x01\x02")]) == "eicar_test_file"


def test_member_whose_length_follows_its_bytes_is_opened() -> None:
    class Pipe(io.BytesIO):
        @override
        def seekable(self) -> bool:
            return False

    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", text(5000) + EICAR)

    assert threat_in(target.getvalue()) == "eicar_test_file"


def test_header_that_swallows_the_next_member_hides_nothing() -> None:
    decoy = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, 0, 0, 1, 0) + b"a"
    # The beginning of a stored block of deflate, as long as one may be.
    decoy += b"\x00" + struct.pack("<HH", 0xFFFF, 0)

    assert threat_in(decoy + zipped({"b.txt": text(500) + EICAR})) == "eicar_test_file"


def test_bomb_is_not_unfolded_to_its_end() -> None:
    assert threat_in(zipped({"zeros": bytes(unfolding.FREE_BYTES + 1)})) == "unfolds_without_end"


def test_what_is_encrypted_inside_a_zip_is_not_taken_for_clean() -> None:
    inner = bytearray(zipped({"secret.txt": text(100)}))
    inner[6] |= 1

    assert threat_in(zipped({"inner.bin": bytes(inner)})) == "hidden_in_an_archive"


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize(
    ("payload", "threat"),
    [
        (b"<?php system($_GET['c']);", "script_in_a_picture"),
        (b"<SCRIPT>alert(1)</SCRIPT>", "script_in_a_picture"),
        (b"<html><body>", "script_in_a_picture"),
        (PDF, "document_in_a_picture"),
        (zipped({"a.txt": b"a"}), "document_in_a_picture"),
        (b"MZ" + bytes(60) + DOS_STUB, "executable_in_disguise"),
    ],
    ids=["php", "script", "html", "pdf", "zip", "exe"],
)
def test_picture_that_is_also_something_else_is_found(
    format_name: str, payload: bytes, threat: str
) -> None:
    assert threat_in(picture(format_name) + payload) == threat


def test_macros_in_an_office_file_are_found() -> None:
    assert threat_in(office(others={"word/styles.xml": b"<styles/>"})) == ""
    content = office(others={"word/vbaProject.bin": b"macro"})

    assert threat_in(content) == "macros_in_a_document"


def test_program_in_an_office_file_is_found() -> None:
    assert threat_in(office(others={"word/embedded.bin": program()})) == "executable_in_a_document"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        text(3_000_000),
        PDF,
        office("docx"),
        office("xlsx", others={"xl/sheet.xml": text(100_000)}),
        open_document(),
        zipped({"setup.exe": program(), "read.me": text(50)}),
        picture("JPEG", width=1500, height=1000),
        picture("PNG", width=700, height=500),
        picture("GIF"),
        picture("WEBP"),
        picture("AVIF"),
        random.Random(5).randbytes(5_000_000),
        zlib.compress(text(5_000_000)),
        # What documentation of it says is no script in a picture.
        b"Write <?php in the first line, and PK\x03\x04 at the beginning of a zip.",
    ],
    ids=range(15),
)
def test_harmless_files_pass(content: bytes) -> None:
    assert threat_in(content) == ""


def test_its_version_is_that_of_its_rules() -> None:
    scanner = EmbeddedScanner()

    assert scanner.signatures() == embedded._version()
    assert scanner.scan(iter(()), size_bytes=0).signatures == scanner.signatures()
