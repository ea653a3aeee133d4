"""Bytes are judged from cheap to dear: their type, an archive's directory, scanners, decoding."""

import hashlib
import io
from dataclasses import replace

import pytest

from apps.files.default_purposes import ARCHIVE, DOCUMENT, IMAGE
from apps.files.errors import ScannerUnavailable
from apps.files.fetching import Fetched
from apps.files.judging import INFECTED_REASON, judged, refusal
from apps.files.sniffing import sniffed_type
from apps.files.types import FileState, Purpose
from tests.apps.files.samples import SVG, office, picture, text, zipped
from tests.apps.files.stubborn import StubbornScanner


def _fetched(content: bytes) -> Fetched:
    return Fetched(
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        content_type=sniffed_type(content),
        file=io.BytesIO(content),
        beat=lambda: None,
    )


def test_clean_file_is_told_with_its_hash_its_type_and_what_scanners_said(
    stubborn: StubbornScanner,
) -> None:
    content = text(1000)

    judgement = judged(_fetched(content), name="notes.txt", purpose=DOCUMENT)

    assert (judgement.state, judgement.reason) == (FileState.CLEAN, "")
    assert judgement.sha256 == hashlib.sha256(content).hexdigest()
    assert judgement.content_type == "text/plain"
    assert judgement.verdict is not None
    assert judgement.verdict.engine == "stubborn"
    assert not judgement.is_picture


@pytest.mark.parametrize(
    ("content", "name", "purpose", "reason"),
    [
        (SVG, "logo.svg", IMAGE, "not allowed"),
        (picture("PNG"), "photo.jpg", IMAGE, "not allowed"),
        (zipped({"a.txt": b"a"}), "report.docx", DOCUMENT, "not allowed"),
        (zipped({"../a.txt": b"a"}), "all.zip", ARCHIVE, "outside"),
        (text(11), "notes.txt", replace(DOCUMENT, limit_bytes=10), "larger than 10 bytes"),
    ],
    ids=["a type", "a type by another name", "a bare zip", "an archive", "too large"],
)
def test_no_scanner_is_asked_about_what_is_refused_anyway(
    stubborn: StubbornScanner, content: bytes, name: str, purpose: Purpose, reason: str
) -> None:
    judgement = judged(_fetched(content), name=name, purpose=purpose)

    assert judgement.state is FileState.REFUSED
    assert reason in judgement.reason
    assert judgement.verdict is None
    assert stubborn.read == []


def test_type_of_an_office_file_is_what_its_archive_holds(stubborn: StubbornScanner) -> None:
    judgement = judged(_fetched(office("xlsx")), name="sums.xlsx", purpose=DOCUMENT)

    assert judgement.state is FileState.CLEAN
    assert judgement.content_type.endswith("spreadsheetml.sheet")


def test_owner_of_an_infected_file_hears_no_more_than_that(stubborn: StubbornScanner) -> None:
    stubborn.threat_in = lambda _: "Win.Trojan.Agent"

    judgement = judged(_fetched(text(10)), name="notes.txt", purpose=DOCUMENT)

    assert (judgement.state, judgement.reason) == (FileState.INFECTED, INFECTED_REASON)
    assert judgement.verdict is not None
    assert judgement.verdict.threat == "Win.Trojan.Agent"


def test_infected_picture_is_not_decoded(stubborn: StubbornScanner) -> None:
    stubborn.threat_in = lambda _: "found"
    cannot_be_decoded = picture()[:500]

    judgement = judged(_fetched(cannot_be_decoded), name="photo.jpg", purpose=IMAGE)

    assert judgement.state is FileState.INFECTED


def test_picture_is_decoded_once_scanners_found_nothing(stubborn: StubbornScanner) -> None:
    broken = picture()[:500]

    judgement = judged(_fetched(broken), name="photo.jpg", purpose=IMAGE)

    assert judgement.state is FileState.REFUSED
    assert "broken" in judgement.reason
    assert stubborn.read == [broken]


@pytest.mark.parametrize("purpose", [IMAGE, DOCUMENT], ids=["picture", "document"])
def test_picture_has_a_size_whatever_it_is_for(stubborn: StubbornScanner, purpose: Purpose) -> None:
    content = picture(width=80, height=60)

    judgement = judged(_fetched(content), name="photo.jpg", purpose=purpose)

    assert judgement.is_picture
    assert (judgement.width, judgement.height) == (80, 60)


def test_where_a_scanner_is_away_nothing_is_judged(stubborn: StubbornScanner) -> None:
    stubborn.is_down = True

    with pytest.raises(ScannerUnavailable):
        judged(_fetched(text(10)), name="notes.txt", purpose=DOCUMENT)


def test_refusal_tells_its_reason_and_nothing_of_the_bytes() -> None:
    judgement = refusal("The file is empty.")

    assert (judgement.state, judgement.reason) == (FileState.REFUSED, "The file is empty.")
    assert (judgement.sha256, judgement.verdict, judgement.is_picture) == ("", None, False)
