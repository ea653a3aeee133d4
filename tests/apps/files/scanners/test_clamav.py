"""clamd is asked over its socket, and whatever it does, no file passes that it did not call OK."""

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.scanners import clamav
from apps.files.scanners.clamav import ClamavScanner
from apps.files.types import Checked, Verdict
from tests.apps.files.samples import EICAR, text
from tests.apps.files.scanners.talking_clamd import Mood, TalkingClamd, talking_clamd


@pytest.fixture
def clamd(settings: Settings) -> Iterator[TalkingClamd]:
    with talking_clamd() as server:
        settings.FILES_CLAMAV_URL = server.url
        yield server


def _scanned(content: bytes, *, step_bytes: int = 256 * 1024) -> Verdict:
    steps = (content[at : at + step_bytes] for at in range(0, len(content), step_bytes))
    return ClamavScanner().scan(steps, size_bytes=len(content))


@pytest.mark.parametrize("step_bytes", [1000, 256 * 1024])
def test_all_bytes_reach_it_and_its_word_counts(clamd: TalkingClamd, step_bytes: int) -> None:
    content = text(600_000)

    clean = _scanned(content, step_bytes=step_bytes)
    infected = _scanned(content + EICAR, step_bytes=step_bytes)

    assert clamd.received == [content, content + EICAR]
    assert (clean.outcome, clean.threat) == (Checked.CLEAN, "")
    assert infected.outcome is Checked.INFECTED
    assert infected.threat == "Local.Test.Eicar.UNOFFICIAL"
    assert infected.signatures == clean.signatures == "1.4.6/27800"


def test_empty_file_and_empty_steps_are_scanned(clamd: TalkingClamd) -> None:
    assert _scanned(b"").outcome is Checked.CLEAN
    verdict = ClamavScanner().scan(iter([b"a", b"", b"b"]), size_bytes=2)

    assert verdict.outcome is Checked.CLEAN
    assert clamd.received == [b"", b"ab"]


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ("ClamAV 1.4.6/27800/Sat Nov 21 08:12:00 2026", "1.4.6/27800"),
        ("ClamAV 1.4.6", "1.4.6"),
        ("Another 2.0/5", "Another 2.0/5"),
    ],
)
def test_versions_are_those_of_engine_and_database(
    clamd: TalkingClamd, told: str, version: str
) -> None:
    clamd.version = told

    assert ClamavScanner().signatures() == version


@pytest.mark.parametrize("mood", [Mood.LIMITED, Mood.HANGING_UP, Mood.FAILING, Mood.BABBLING])
def test_file_that_it_gives_no_verdict_on_has_failed(clamd: TalkingClamd, mood: Mood) -> None:
    clamd.mood = mood

    with pytest.raises(ScanFailed):
        _scanned(text(8_000_000))


def test_silence_means_that_it_is_away(
    clamd: TalkingClamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    clamd.mood = Mood.SILENT
    monkeypatch.setattr(clamav, "ANSWER_SECONDS", 0.2)

    with pytest.raises(ScannerUnavailable):
        _scanned(text(100))


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:{free}", "unix:///nonexistent/clamd.ctl"])
def test_where_nobody_listens_it_is_away(settings: Settings, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    settings.FILES_CLAMAV_URL = url.format(free=free)

    with pytest.raises(ScannerUnavailable):
        ClamavScanner().signatures()
    with pytest.raises(ScannerUnavailable):
        _scanned(b"a")
