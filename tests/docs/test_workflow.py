"""What runs elsewhere is what `.ci/run` runs here."""

import re

from tests.architecture.sources import ROOT


def test_the_workflow_runs_the_steps_of_the_build() -> None:
    workflow = (ROOT / ".github/workflows/check.yml").read_text()
    here = re.search(
        r"^for target in (?P<steps>.+); do$", (ROOT / ".ci/run").read_text(), re.MULTILINE
    )
    there = re.search(r"step: \[(?P<steps>.+)\]", workflow)

    assert here is not None
    assert there is not None
    assert there["steps"].split(", ") == here["steps"].split()


def test_the_workflow_runs_on_the_oldest_and_newest_python() -> None:
    workflow = (ROOT / ".github/workflows/check.yml").read_text()

    assert '["3.11", "3.13"]' in workflow
