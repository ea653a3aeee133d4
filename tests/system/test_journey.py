"""The journey in a fresh clone: every step is seen, again and again."""

from pathlib import Path

import pytest

from tests.system.clone import Clone

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_step_is_seen(shared_clone: Clone, time: str) -> None:
    walked = shared_clone.run("make", "journey")

    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert "steps were seen" in walked.stdout


def test_journey_without_a_stack_says_what_to_start(tmp_path: Path) -> None:
    alone = Clone(tmp_path / "mainstay")

    walked = alone.run("make", "journey")

    assert walked.returncode != 0
    assert "make run" in walked.stdout + walked.stderr
