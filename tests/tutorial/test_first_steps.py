"""Who follows ``first-steps.md`` to the letter sees a signed webhook arrive."""

import json
from pathlib import Path

import pytest

from config.env import SOURCE_TREE
from tests.system.clone import Clone
from tests.tutorial.reading import Commands, steps_of

TUTORIAL = SOURCE_TREE / "docs" / "tutorials" / "first-steps.md"
# The same curl, telling us beside its output what it was answered.
WATCHED_CURL = "curl() { command curl -w '\\n%{stderr}%{http_code}\\n' \"$@\"; }\n"
ANSWERS = {
    "is it ready": "200",
    "sign up": "401",
    "read the mail": "200",
    "verify": "200",
    "show me": "200",
    "create a building": "201",
    "add a unit": "201",
    "list the units": "200",
    "add what is no unit": "400",
    "register an endpoint": "201",
    "open a request": "201",
    "list the deliveries": "200",
}


@pytest.mark.system
@pytest.mark.timeout(900)
def test_first_steps_lead_to_a_signed_webhook(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "clone")
    steps = steps_of(TUTORIAL.read_text())
    # One shell, as the reader has one terminal; nothing in it may fail or be unset.
    session = WATCHED_CURL + "".join(step.text for step in steps if isinstance(step, Commands))
    try:
        clone.ready()
        typed = clone.run("timeout", "300", "bash", "-euo", "pipefail", "-c", session)
    finally:
        clone.stop()

    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert dict(zip(ANSWERS, typed.stderr.split(), strict=True)) == ANSWERS
    [heard] = [line for line in typed.stdout.splitlines() if line.startswith('{"verified"')]
    told = json.loads(heard)
    assert told["verified"]
    assert json.loads(told["body"])["type"] == "buildings.request.opened"
