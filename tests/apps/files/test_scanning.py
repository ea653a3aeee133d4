"""Scanners in use are asked together; a file is clean only where all of them said so."""

import io
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from pytest_django import Settings

from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.ports import scanners
from apps.files.scanning import (
    LONGEST_SIGNATURES,
    joined,
    scan,
    scanners_in_use,
    signatures_in_use,
)
from apps.files.types import Checked, Verdict
from tests.apps.files.samples import text
from tests.apps.files.stubborn import StubbornScanner

CONTENT = text(1000)


@pytest.fixture
def second(
    stubborn: StubbornScanner, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> StubbornScanner:
    """A scanner that is asked after the stubborn one."""
    scanner = StubbornScanner(name="a-second", version="7")
    monkeypatch.setitem(scanners._entries, scanner.name, scanner)
    settings.FILES_SCANNERS = (stubborn.name, scanner.name)
    return scanner


def _steps() -> Iterator[bytes]:
    content = io.BytesIO(CONTENT)
    return iter(lambda: content.read(300), b"")


def _scanned() -> Verdict:
    return scan(_steps, size_bytes=len(CONTENT))


def _fail(_: bytes) -> str:
    raise ScanFailed("It cannot be read.")


def test_scanners_are_asked_in_the_order_of_the_setting(
    stubborn: StubbornScanner, second: StubbornScanner
) -> None:
    assert scanners_in_use() == (stubborn, second)
    assert signatures_in_use() == "stubborn 1; a-second 7"


@pytest.mark.parametrize("names", [(), ("embedded", "mispelt")], ids=["none", "an unknown one"])
def test_without_a_scanner_nothing_becomes_clean(
    settings: Settings, names: tuple[str, ...]
) -> None:
    settings.FILES_SCANNERS = names

    for ask in (scanners_in_use, signatures_in_use, _scanned):
        with pytest.raises(ScannerUnavailable):
            ask()


def test_every_scanner_reads_everything(stubborn: StubbornScanner, second: StubbornScanner) -> None:
    verdict = _scanned()

    assert stubborn.read == second.read == [CONTENT]
    assert (verdict.outcome, verdict.threat) == (Checked.CLEAN, "")
    assert (verdict.engine, verdict.signatures) == ("stubborn+a-second", signatures_in_use())


def test_what_one_of_them_finds_is_infected(
    stubborn: StubbornScanner, second: StubbornScanner
) -> None:
    second.threat_in = lambda _: "found by the second"

    verdict = _scanned()

    assert (verdict.outcome, verdict.threat) == (Checked.INFECTED, "found by the second")


def test_first_that_finds_something_has_the_say(
    stubborn: StubbornScanner, second: StubbornScanner
) -> None:
    stubborn.threat_in = lambda _: "found by the first"
    second.threat_in = lambda _: "found by the second"

    assert _scanned().threat == "found by the first"


def test_one_that_is_away_is_outvoted_by_nobody(
    stubborn: StubbornScanner, second: StubbornScanner
) -> None:
    second.is_down = True

    with pytest.raises(ScannerUnavailable):
        signatures_in_use()
    with pytest.raises(ScannerUnavailable):
        _scanned()


def test_file_that_one_cannot_scan_is_not_clean(
    stubborn: StubbornScanner, second: StubbornScanner
) -> None:
    second.threat_in = _fail

    with pytest.raises(ScanFailed):
        _scanned()


def test_each_asking_is_counted_by_what_came_of_it(stubborn: StubbornScanner) -> None:
    def counted(outcome: str) -> float:
        labels = {"scanner": stubborn.name, "outcome": outcome}
        return REGISTRY.get_sample_value("mainstay_files_scans_total", labels) or 0.0

    outcomes = ("clean", "infected", "failed", "unavailable")
    before = {outcome: counted(outcome) for outcome in outcomes}

    _scanned()
    stubborn.threat_in = lambda _: "found"
    _scanned()
    stubborn.threat_in = _fail
    with pytest.raises(ScanFailed):
        _scanned()
    stubborn.is_down = True
    with pytest.raises(ScannerUnavailable):
        _scanned()

    assert {outcome: counted(outcome) - before[outcome] for outcome in outcomes} == dict.fromkeys(
        outcomes, 1
    )


def test_versions_too_long_for_a_row_are_told_by_their_hash() -> None:
    long = "v" * LONGEST_SIGNATURES

    assert joined([("one", "1"), ("two", "2")]) == "one 1; two 2"
    assert len(joined([("one", long)])) <= LONGEST_SIGNATURES
    assert joined([("one", long)]) == joined([("one", long)])
    assert joined([("one", long)]) != joined([("one", f"{long}2")])
