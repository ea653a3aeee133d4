"""Zip archives, office files among them: looked through by their directory, nothing unfolded.

What the directory says of sizes may be a lie; who unfolds an archive counts for itself
(`scanners.unfolding`).
"""

import stat
import zipfile
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from apps.files.errors import UnsafeContent

MOST_ENTRIES = 1000
MOST_UNFOLDED_BYTES = 1024 * 1024 * 1024
# Text folds to a hundredth at best; a bomb to a thousandth.
MOST_RATIO = 100
# Below so many bytes a ratio says nothing: an empty form folds well.
RATIO_FROM_BYTES = 1024 * 1024
_READABLE_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_ARCHIVES = frozenset({".zip", ".jar", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"})
# Told by what is inside, first match first (ECMA-376 part 2, ODF 1.3 part 2).
_OPEN_XML_MAIN = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}
ZIP = "application/zip"


def is_zip_based(content_type: str) -> bool:
    """Tell whether files of this type are zip archives."""
    return content_type == ZIP or content_type.startswith(
        (
            "application/vnd.openxmlformats-officedocument",
            "application/vnd.oasis.opendocument",
        )
    )


def inspect_archive(file: IO[bytes]) -> str:
    """Look through an archive's directory and return its type: an office file's, or a zip's.

    Raises UnsafeContent, with a reason for its owner, for one that is broken, encrypted, holds
    other archives or names outside of itself, or would unfold to far more than it is.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            content_type = _package_type(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnsafeContent("The archive is broken.") from error
    _check_amount(entries)
    _check_overlaps(entries)
    for entry in entries:
        _check_entry(entry)
    return content_type


def _package_type(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        info = archive.getinfo("mimetype")
        told = archive.open(info).read(100).decode("ascii", "replace")
        if told.startswith("application/vnd.oasis.opendocument."):
            return told.strip()
    if "[Content_Types].xml" in names:
        for main, kind in _OPEN_XML_MAIN.items():
            if main in names:
                return f"application/vnd.openxmlformats-officedocument.{kind}"
    return ZIP


def _check_amount(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise UnsafeContent(f"The archive holds more than {MOST_ENTRIES} files.")
    unfolded = sum(entry.file_size for entry in entries)
    folded = sum(entry.compress_size for entry in entries)
    if unfolded > MOST_UNFOLDED_BYTES or (
        unfolded > RATIO_FROM_BYTES and unfolded > MOST_RATIO * max(folded, 1)
    ):
        raise UnsafeContent("The archive would unfold to far more than it is.")


def _check_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share their bytes, which is how a small file unfolds to petabytes."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise UnsafeContent("The archive is broken: its files overlap.")
        end = entry.header_offset + entry.compress_size


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if _leads_outside(entry.filename):
        raise UnsafeContent("The archive names files outside of itself.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise UnsafeContent("The archive holds links.")
    if entry.flag_bits & _ENCRYPTED:
        raise UnsafeContent("The archive is encrypted, so nobody can look into it.")
    if entry.compress_type not in _READABLE_METHODS:
        raise UnsafeContent("The archive is packed in a way that is not read here.")
    if PurePosixPath(entry.filename.lower()).suffix in _ARCHIVES:
        raise UnsafeContent("The archive holds other archives.")


def _leads_outside(name: str) -> bool:
    path = PureWindowsPath(name)
    return bool(path.drive or path.root) or ".." in path.parts or "\x00" in name
