"""Archives are looked through before anything is unfolded."""

import io
import stat
import struct
import zipfile

import pytest

from apps.files import archives
from apps.files.archives import inspect_archive, is_zip_based
from apps.files.errors import UnsafeContent
from tests.apps.files.samples import office, open_document, text, zipped

_OPEN_XML = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (zipped({"a.txt": b"a", "folder/b.txt": text(5000)}), "application/zip"),
        (office("docx"), f"{_OPEN_XML}.wordprocessingml.document"),
        (office("xlsx"), f"{_OPEN_XML}.spreadsheetml.sheet"),
        (office("pptx"), f"{_OPEN_XML}.presentationml.presentation"),
        (open_document("text"), "application/vnd.oasis.opendocument.text"),
        (open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        (zipped({"[Content_Types].xml": b"<Types/>"}), "application/zip"),
    ],
)
def test_archive_says_what_it_is(content: bytes, content_type: str) -> None:
    assert inspect_archive(io.BytesIO(content)) == content_type
    assert is_zip_based(content_type)


def _encrypted() -> bytes:
    content = bytearray(zipped({"a.txt": text(50)}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _overlapping() -> bytes:
    """Two entries of the directory for the same bytes (the way of "42 kB to 5 GB" bombs)."""
    content = zipped({"a.txt": text(50), "b.txt": text(50)})
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 1)
    return content[: second + 42] + struct.pack("<I", 5) + content[second + 46 :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and nothing else", "broken"),
        (zipped({"a.txt": text(500)})[:-30], "broken"),
        (zipped({f"{number}.txt": b"" for number in range(1001)}), "more than 1000 files"),
        (zipped({"zeros.bin": bytes(20_000_000)}), "unfold to far more"),
        (zipped({"../../etc/passwd": b"root"}), "outside of itself"),
        (zipped({"/etc/passwd": b"root"}), "outside of itself"),
        (zipped({"..\\..\\boot.ini": b"root"}), "outside of itself"),
        (zipped({"C:\\boot.ini": b"root"}), "outside of itself"),
        (zipped({"link": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777), "links"),
        (zipped({"inner.zip": zipped({"a.txt": b"a"})}), "other archives"),
        (zipped({"INNER.TAR.GZ": b"a"}), "other archives"),
        (zipped({"a.txt": text(500)}, method=zipfile.ZIP_BZIP2), "packed in a way"),
        (zipped({"a.txt": text(500)}, method=zipfile.ZIP_LZMA), "packed in a way"),
        (_encrypted(), "encrypted"),
        (_overlapping(), "overlap"),
    ],
)
def test_hostile_archive_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnsafeContent, match=reason):
        inspect_archive(io.BytesIO(content))


def test_empty_forms_fold_as_well_as_they_like() -> None:
    assert inspect_archive(io.BytesIO(zipped({"form.xml": b" " * 900_000})))


def test_sum_of_all_members_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNFOLDED_BYTES", 10_000)
    members = {f"{number}.txt": text(3000) for number in range(4)}

    with pytest.raises(UnsafeContent, match="unfold"):
        inspect_archive(io.BytesIO(zipped(members)))
