"""Bombs, and files that are two things at once (R6 4, 34 and 35): none of them becomes clean.

All are brought past the early look at the first bytes, as if that were not there, and looked
through by one process whose memory is measured.
"""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image

from apps.accounts.models import User
from apps.files.types import FileState
from tests.apps.files.bringing import again, brought
from tests.apps.files.samples import DOS_STUB, PDF, SVG, picture, program, text, zipped
from tests.processes import python_on_the_same_database

pytestmark = pytest.mark.django_db(transaction=True)

MEBIBYTE = 1024 * 1024
# The budget of the whole product (R3, section 0); a process that decodes has its own limit.
MOST_MEBIBYTES = 512

_WORKER = """
from pathlib import Path
from apps.files.services import check_due
input()
checked = check_due(seconds=600)
say(checked)
# Not what getrusage says: that remembers how large the process was that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
say(int(status["VmHWM"].split()[0]) // 1024)
"""


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def _black_png(side: int) -> bytes:
    """A picture of one bit a pixel, all black, that folds to next to nothing (PNG, ISO 15948)."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    folder = zlib.compressobj(9)
    row = bytes(1 + -(-side // 8))
    rows = b"".join(folder.compress(row * 1000) for _ in range(side // 1000)) + folder.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _huge_jpeg() -> bytes:
    """A small picture that says of itself that it has 65,000 pixels a side."""
    content = bytearray(picture("JPEG"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", 65000, 65000)
    return bytes(content)


def _many_frames(format_name: str) -> bytes:
    frames = [Image.effect_noise((8, 8), 10 + number).convert("RGB") for number in range(600)]
    target = io.BytesIO()
    frames[0].save(target, format_name, save_all=True, append_images=frames[1:], duration=20)
    return target.getvalue()


def _lying_zip() -> bytes:
    """A zip whose directory tells of a hundredth of what it unfolds to."""
    content = bytearray(zipped({"zeros.bin": bytes(200 * MEBIBYTE)}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    return bytes(content)


def _zip_of(members: int, size_bytes: int) -> bytes:
    return zipped({f"{number}.bin": bytes(size_bytes) for number in range(members)})


def _with_comment(jpeg: bytes, comment: bytes) -> bytes:
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


Samples = Mapping[str, tuple[str, bytes]]


def _bombs_of_pixels() -> Samples:
    return {
        "12,000 pixels a side": ("a.png", _black_png(12_000)),
        "30,000 pixels a side": ("a.png", _black_png(30_000)),
        "65,000 pixels a side": ("a.jpg", _huge_jpeg()),
        "600 frames of GIF": ("a.gif", _many_frames("GIF")),
        "600 frames of WebP": ("a.webp", _many_frames("WEBP")),
        "600 frames of PNG": ("a.png", _many_frames("PNG")),
    }


def _bombs_of_zip() -> Samples:
    return {
        "500 MiB of nothing": ("a.zip", zipped({"zeros.bin": bytes(500 * MEBIBYTE)})),
        "30 times 50 MiB": ("a.zip", _zip_of(30, 50 * MEBIBYTE)),
        "12,000 files": ("a.zip", _zip_of(12_000, 0)),
        "a directory that lies": ("a.zip", _lying_zip()),
        "a way out": ("a.zip", zipped({"../../etc/cron.d/evil": b"* * * * *"})),
        "a zip in a zip": ("a.zip", zipped({"b.zip": zipped({"c.txt": b"c"})})),
        "an office file of nothing": (
            "a.docx",
            zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": bytes(10**8)}),
        ),
    }


def _polyglots() -> Samples:
    return {
        "PNG and PHP": ("a.png", picture("PNG") + b"<?php system($_GET[0]);"),
        "JPEG and zip": ("a.jpg", picture("JPEG") + zipped({"a.txt": b"a"})),
        "GIF and HTML": ("a.gif", picture("GIF") + b"<html><script>alert(1)</script>"),
        "GIF and JavaScript": ("a.gif", b"GIF89a=0;alert(1)//"),
        "JPEG with a PDF as its comment": ("a.jpg", _with_comment(picture("JPEG"), PDF)),
        "PDF and zip called JPEG": ("a.jpg", PDF + zipped({"a.txt": b"a"})),
        "a program called PNG": ("a.png", program()),
        "PNG and a program": ("a.png", picture("PNG") + program() + DOS_STUB),
        "SVG with a script": ("a.svg", SVG),
        "SVG called PNG": ("a.png", SVG),
        "EPS called JPEG": ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"),
        "noise behind the first bytes of a JPEG": ("a.jpg", b"\xff\xd8\xff\xe0" + text(5000)),
        "noise behind the first bytes of a PNG": ("a.png", b"\x89PNG\r\n\x1a\n" + text(5000)),
        "a JPEG that was cut": ("a.jpg", picture("JPEG", width=500, height=500)[:-2000]),
        "JPEG 2000": ("a.jpg", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(500)),
        "FITS": ("a.jpg", b"SIMPLE  =                    T" + b" " * 5000),
    }


def _purpose_of(name: str) -> str:
    return {"zip": "archive", "docx": "document"}.get(name.rpartition(".")[2], "image")


@pytest.mark.parametrize(
    "made",
    [_bombs_of_pixels, _bombs_of_zip, _polyglots],
    ids=["bombs of pixels", "bombs of zip", "polyglots"],
)
def test_none_becomes_clean_and_memory_stays_small(
    owner: User, files_root: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[], Samples]
) -> None:
    files = {
        what: brought(owner, content, name=name, purpose=_purpose_of(name))
        for what, (name, content) in made().items()
    }
    monkeypatch.setenv("FILES_ROOT", str(files_root))
    worker = python_on_the_same_database(_WORKER)
    worker.tell("go")

    assert int(worker.line()) == len(files)
    assert int(worker.line()) < MOST_MEBIBYTES
    ends = {what: FileState(again(file).state) for what, file in files.items()}
    wrong = {
        what: end
        for what, end in ends.items()
        if end not in {FileState.REFUSED, FileState.INFECTED}
    }
    assert not wrong
    assert all(again(file).reason for file in files.values())
