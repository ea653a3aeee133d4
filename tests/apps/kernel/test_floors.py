"""The floors are read from the import contract."""

from pathlib import Path

import pytest

from apps.kernel.floors import Floor, height_of, read_floors
from tests.architecture import planted
from tests.architecture.sources import ROOT


def test_the_floors_are_those_of_the_contract() -> None:
    floors = read_floors(ROOT / "pyproject.toml")

    assert [floor.apps for floor in floors] == planted.floors()
    assert all(floor.purpose for floor in floors)


def test_a_file_without_the_contract_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nname = "other"\n')

    with pytest.raises(ValueError, match='id = "floors"'):
        read_floors(file)


def test_height_counts_the_floors_below() -> None:
    floors = [Floor(("shops",), ""), Floor(("mails", "events"), ""), Floor(("kernel",), "")]

    assert [height_of(app, floors) for app in ("shops", "events", "kernel")] == [2, 1, 0]


def test_an_app_without_floor_has_no_height() -> None:
    with pytest.raises(ValueError, match="'stray' has no floor"):
        height_of("stray", [])
