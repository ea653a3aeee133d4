"""Files before a real clamd: what it finds, what it is too small for, and when it is not there."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.scanners.clamav import ClamavScanner
from apps.files.services import check_due, checking, request_rescan, rescan_due
from apps.files.types import FileState
from tests.apps.files.bringing import again, brought
from tests.apps.files.conftest import files_root
from tests.apps.files.samples import EICAR, office, picture, text, zipped
from tests.own_clamd import OwnClamd, own_clamd

__all__ = ["files_root"]

pytestmark = [pytest.mark.system, pytest.mark.django_db]


@pytest.fixture
def clamd(tmp_path: Path, settings: Settings) -> Iterator[OwnClamd]:
    """A clamd that is the only scanner."""
    with own_clamd(tmp_path / "clamd") as clamd:
        settings.FILES_SCANNERS = ("clamav",)
        settings.FILES_CLAMAV_URL = clamd.url
        yield clamd


@pytest.mark.parametrize(
    ("content", "name", "purpose"),
    [
        (EICAR, "eicar.txt", "document"),
        (EICAR + b"\n", "eicar.txt", "document"),
        (text(500_000, with_at={300_000: EICAR}), "notes.txt", "document"),
        (zipped({"a.txt": EICAR}), "all.zip", "archive"),
        (zipped({"a.txt": text(100) + EICAR}, method=zipfile.ZIP_STORED), "all.zip", "archive"),
        (office(others={"word/media.bin": EICAR}), "report.docx", "document"),
    ],
    ids=["plain", "with a newline", "inside text", "zip", "stored zip", "docx"],
)
@pytest.mark.usefixtures("clamd")
def test_what_it_finds_is_quarantined(owner: User, content: bytes, name: str, purpose: str) -> None:
    file = brought(owner, content, name=name, purpose=purpose)

    check_due()

    file = again(file)
    assert file.state == FileState.INFECTED
    assert file.blob is not None
    assert (file.blob.engine, file.blob.threat) == ("clamav", "Local.Test.Eicar.UNOFFICIAL")


@pytest.mark.usefixtures("clamd")
def test_harmless_files_are_clean(owner: User) -> None:
    files = [
        brought(owner, text(3_000_000)),
        brought(owner, picture(width=800, height=600), name="photo.jpg", purpose="image"),
        brought(owner, office(), name="report.docx"),
    ]

    check_due()

    assert {again(file).state for file in files} == {FileState.CLEAN}


def test_while_it_is_dead_files_stay_pending_and_later_they_are_looked_through(
    owner: User, clamd: OwnClamd
) -> None:
    file = brought(owner, text(1000) + EICAR)
    clamd.stop()

    assert check_due() == 0
    assert again(file).state == FileState.PENDING

    clamd.start()
    assert check_due() == 1
    assert again(file).state == FileState.INFECTED


def test_file_above_its_limit_never_becomes_clean(owner: User, clamd: OwnClamd) -> None:
    file = brought(owner, text(12 * 1024 * 1024))

    for _ in range(checking.MOST_FAILURES):
        again(file)
        check_due()

    assert again(file).state == FileState.ERROR
    assert clamd.answers()


def test_what_it_is_taught_later_is_found_in_what_was_clean(owner: User, clamd: OwnClamd) -> None:
    content = text(50_000) + b"The bytes of a worm that nobody knew yet."
    worm, other = brought(owner, content), brought(owner, text(50_000))
    check_due()
    assert {again(file).state for file in (worm, other)} == {FileState.CLEAN}

    clamd.teach("Local.Test.Worm", content[-20:])
    clamd.reload(until_it_knows=content)
    # clamd names no version for signatures of one's own.
    request_rescan()
    assert rescan_due() == 2

    assert again(worm).state == FileState.INFECTED
    assert again(other).state == FileState.CLEAN


@pytest.mark.usefixtures("clamd")
def test_it_says_which_version_it_is() -> None:
    assert ClamavScanner().signatures()[0].isdigit()
