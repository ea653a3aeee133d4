"""The doctor's judgement of versions, folders and disks."""

from pathlib import Path

import pytest

from apps.kernel.doctor.machine import (
    MachineExamination,
    disk_finding,
    django_finding,
    folder_finding,
    python_finding,
)

GIB = 1024**3


def test_the_machine_that_runs_the_tests_has_the_right_versions() -> None:
    findings = list(MachineExamination().examine())

    assert [finding.what.split()[0] for finding in findings[:2]] == ["Python", "Django"]
    assert all(finding.is_well for finding in findings[:2])


@pytest.mark.parametrize(
    ("version", "is_well"),
    [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)],
)
def test_python_is_judged_by_its_version(version: tuple[int, int], *, is_well: bool) -> None:
    assert python_finding(version).is_well is is_well


@pytest.mark.parametrize(("version", "is_well"), [((5, 1), False), ((5, 2), True), ((6, 0), False)])
def test_only_the_tested_line_of_django_is_well(version: tuple[int, int], *, is_well: bool) -> None:
    assert django_finding(version).is_well is is_well


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    finding = folder_finding(tmp_path / "state" / "deep")

    assert finding.is_well
    assert (tmp_path / "state" / "deep").is_dir()


def test_a_folder_that_cannot_be_written_is_named_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    finding = folder_finding(tmp_path / "file" / "state")

    assert not finding.is_well
    assert str(tmp_path / "file" / "state") in finding.what
    assert "STATE_DIR" in finding.cure


@pytest.mark.parametrize(
    ("free", "total", "is_well"),
    [
        (100 * GIB, 200 * GIB, True),
        (1 * GIB, 4 * GIB, False),
        (30 * GIB, 1000 * GIB, False),
    ],
)
def test_a_disk_is_judged_by_bytes_and_share(free: int, total: int, *, is_well: bool) -> None:
    assert disk_finding(free=free, total=total).is_well is is_well
