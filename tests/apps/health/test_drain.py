"""The flag of draining lies where all worker processes of an instance find it."""

from pathlib import Path

from pytest_django import Settings

from apps.health.drain import drain_flag


def test_flag_lies_in_the_folder_of_the_instance(tmp_path: Path, settings: Settings) -> None:
    settings.STATE_DIR = tmp_path

    assert drain_flag() == tmp_path / "drain"
    assert not drain_flag().exists()
