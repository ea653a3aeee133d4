"""What several processes have counted is read from the folder they share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.observability.selectors import counted_by
from apps.observability.totals import totals

COUNTING = """
from prometheus_client import Counter
turns = Counter("tests_turns_total", "Turns.", ["way"])
turns.labels("left").inc({left})
turns.labels("right").inc(1)
"""


@pytest.mark.parametrize("folder", ["", "/nowhere"])
def test_without_the_folder_nothing_is_known(settings: Settings, folder: str) -> None:
    settings.OBSERVABILITY_METRICS_DIR = folder

    assert list(totals()) == []
    assert not counted_by("way", metric="tests_turns_total")


def test_counts_of_all_processes_are_added_up(settings: Settings, tmp_path: Path) -> None:
    settings.OBSERVABILITY_METRICS_DIR = str(tmp_path)
    for left in (2, 40):
        subprocess.run(
            [sys.executable, "-c", COUNTING.format(left=left)],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            check=True,
        )

    assert counted_by("way", metric="tests_turns_total") == {"left": 42, "right": 2}
