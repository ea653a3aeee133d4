"""What bytes are is told by the bytes."""

import pytest

from apps.files.sniffing import EMPTY, UNKNOWN, sniffed_type
from tests.apps.files.samples import (
    PDF,
    SVG,
    office,
    open_document,
    picture,
    program,
    text,
    zipped,
)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (picture("AVIF"), "image/avif"),
        (picture("TIFF"), "image/tiff"),
        (picture("BMP"), "image/bmp"),
        (PDF, "application/pdf"),
        (text(500), "text/plain"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "text/csv"),
        (b'{"a": [1, 2, 3]}', "application/json"),
        (zipped({"a.txt": text(500)}), "application/zip"),
        (open_document(), "application/vnd.oasis.opendocument.text"),
        (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (SVG, "image/svg+xml"),
        (b"<?php system($_GET[0]);", "text/x-php"),
        (b"<!doctype html><html></html>", "text/html"),
        (b"#!/bin/sh\necho", "text/x-shellscript"),
        (program(), "application/x-dosexec"),
        (bytes(1000), UNKNOWN),
        (b"", EMPTY),
    ],
)
def test_bytes_say_what_they_are(content: bytes, content_type: str) -> None:
    assert sniffed_type(content) == content_type


def test_four_kibibytes_of_a_picture_are_enough() -> None:
    assert sniffed_type(picture("JPEG", width=800, height=600)[:4096]) == "image/jpeg"
