"""Two benches would measure each other."""

from pathlib import Path

import pytest

from bench.run import AlreadyRuns, alone


def test_second_bench_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with alone(tmp_path / "bench"), pytest.raises(AlreadyRuns), alone(tmp_path / "bench"):
        pass

    with alone(tmp_path / "bench"):
        pass
