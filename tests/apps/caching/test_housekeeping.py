"""The folder is swept by one at a time, and what was found is there for all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.caching import housekeeping
from apps.caching.housekeeping import clean, clean_if_nobody_does, held, last_sweep
from apps.caching.layers.stack import address_of, stack
from apps.caching.types import Pressure, Removal
from tests.apps.caching.samples import STRICT, entry


def keep(key: str, **known: object) -> None:
    made = entry(key, **known)  # type: ignore[arg-type]  # as the entry's own
    stack().files.put(address_of(STRICT.name, key), made)


def test_sweep_tells_what_it_found_and_did() -> None:
    keep("dead", lives=-1)
    keep("alive")

    (stack().files.folder / "trash" / "1").mkdir(parents=True)
    report = clean()

    assert report.removed[Removal.EXPIRED].files == 1
    assert not (stack().files.folder / "trash").exists()
    assert (report.entries, set(report.by_namespace)) == (1, {STRICT.name})
    assert report.pressure is Pressure.CALM
    assert last_sweep() == report


def test_dry_run_removes_nothing_and_tells_the_same() -> None:
    keep("dead", lives=-1)

    report = clean(is_dry_run=True)

    assert report.removed[Removal.EXPIRED].files == 1
    assert report.entries == 1
    assert last_sweep() is None
    assert clean().removed == report.removed


def test_folder_stays_within_its_limit(settings: Settings) -> None:
    settings.CACHING_FILES_BYTES = 500_000
    for number in range(10):
        keep(str(number), body=b"x" * 90_000)

    report = clean()

    assert report.size_bytes <= 400_000
    assert report.removed[Removal.EVICTED].files > 0


def test_before_the_first_sweep_nothing_is_known() -> None:
    assert last_sweep() is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"removed": {"unknown": {}}}'])
def test_report_that_cannot_be_read_is_none(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "report.json").write_text(text)

    assert last_sweep() is None


def test_one_sweeps_at_a_time(folder: Path) -> None:
    folder.mkdir()
    with ThreadPoolExecutor(1) as threads:
        with held(folder / "sweep.lock"):
            assert clean_if_nobody_does() is None
            waiting = threads.submit(clean)
            assert not waiting.done()
        assert waiting.result(60).entries == 0
    assert clean_if_nobody_does() is not None


def test_limits_are_those_of_the_settings(settings: Settings) -> None:
    settings.CACHING_FILES_BYTES, settings.CACHING_LEAST_FREE_BYTES = 7, 8

    limits = housekeeping.limits()

    assert (limits.limit_bytes, limits.least_free_bytes) == (7, 8)
