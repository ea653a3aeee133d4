"""Who follows ``add-a-domain-app.md`` to the letter ends with an app that passes everything."""

from pathlib import Path

import pytest

from config.env import SOURCE_TREE
from tests.system.clone import Clone
from tests.tutorial.reading import Commands, File, steps_of

TUTORIAL = SOURCE_TREE / "docs" / "tutorials" / "add-a-domain-app.md"


@pytest.mark.system
@pytest.mark.timeout(900)
def test_tutorial_leads_to_an_app_that_passes_everything(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "clone")
    assert clone.run("make", "dev").returncode == 0

    steps = steps_of(TUTORIAL.read_text())
    for step in steps:
        follow(step, clone)

    # Among the last steps is `make format`: what is shown needs none.
    written = [step for step in steps if isinstance(step, File)]
    assert [step.path for step in written if text_in(clone, step) != step.text] == []


def text_in(clone: Clone, file: File) -> str:
    return (clone.folder / file.path).read_text()


def follow(step: File | Commands, clone: Clone) -> None:
    if isinstance(step, Commands):
        done = clone.run("bash", "-e", "-u", "-c", step.text)
        assert done.returncode == 0, f"{step.text}\n{done.stdout}\n{done.stderr}"
        return
    path = clone.folder / step.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(step.text)
