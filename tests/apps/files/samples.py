"""Files made by code, the hostile ones above all; nothing of them lies in the repository."""

import io
import struct
import zipfile
from collections.abc import Mapping

from PIL import Image

# In two halves, so that no antivirus takes this file for what it tests.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
# What a program for Windows says where it cannot run, likewise.
DOS_STUB = b"This program cannot be" + b" run in DOS mode"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="%s"/>'
_PACKAGE = b"http://schemas.openxmlformats.org/package/2006/content-types"


def text(size_bytes: int, *, with_at: Mapping[int, bytes] | None = None) -> bytes:
    """Lines of plain text, so many bytes of them, with something else at some places."""
    line = b"The quick brown fox jumps over the lazy dog and nobody minds.\n"
    content = bytearray((line * (size_bytes // len(line) + 1))[:size_bytes])
    for place, other in (with_at or {}).items():
        content[place : place + len(other)] = other
    return bytes(content)


def picture(format_name: str = "JPEG", *, width: int = 64, height: int = 48) -> bytes:
    """A picture with something to see in it."""
    target = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(target, format_name)
    return target.getvalue()


def zipped(
    members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, mode: int = 0o600
) -> bytes:
    """A zip archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return target.getvalue()


def office(extension: str = "docx", *, others: Mapping[str, bytes] | None = None) -> bytes:
    """An office file with hardly anything in it, and other members."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
    return zipped(
        {
            "[Content_Types].xml": _CONTENT_TYPES % _PACKAGE,
            "_rels/.rels": b"<Relationships/>",
            main[extension]: b"<document/>",
            **(others or {}),
        }
    )


def open_document(kind: str = "text") -> bytes:
    """An OpenDocument file with hardly anything in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office/>")
    return target.getvalue()


def nested(content: bytes, *, times: int) -> bytes:
    """A zip in a zip in a zip, and the content in the innermost."""
    for _ in range(times):
        content = zipped({"inner.bin": content})
    return content


def program() -> bytes:
    """The beginning of a program for Windows (PE format)."""
    header = b"MZ" + bytes(58) + struct.pack("<I", 64)
    return header + b"PE\0\0" + bytes(200)
