"""Who follows ``first-steps.md`` to the letter sees a webhook arrive; who goes on sends to all."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from config.env import SOURCE_TREE
from tests.system.clone import Clone
from tests.tutorial.reading import Commands, steps_of

TUTORIAL = SOURCE_TREE / "docs" / "tutorials" / "first-steps.md"
SENDING = SOURCE_TREE / "docs" / "how-to" / "send-notifications.md"
pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]
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


def typed_in(clone: Clone, page: Path) -> "CompletedProcess[str]":
    """Type what a page says into one shell, as the reader has one terminal.

    Nothing in it may fail or be unset.
    """
    steps = steps_of(page.read_text())
    session = WATCHED_CURL + "".join(step.text for step in steps if isinstance(step, Commands))
    return clone.run("timeout", "300", "bash", "-euo", "pipefail", "-c", session)


def test_first_steps_lead_to_a_signed_webhook(shared_clone: Clone) -> None:
    typed = typed_in(shared_clone, TUTORIAL)

    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert dict(zip(ANSWERS, typed.stderr.split(), strict=True)) == ANSWERS
    [heard] = [line for line in typed.stdout.splitlines() if line.startswith('{"verified"')]
    told = json.loads(heard)
    assert told["verified"]
    assert json.loads(told["body"])["type"] == "buildings.request.opened"


def test_server_that_follows_the_how_to_sends_to_everybody(shared_clone: Clone) -> None:
    typed = typed_in(shared_clone, SENDING)

    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert typed.stderr.split() == ["200", "201", "200"]
    told = json.loads(typed.stdout)
    assert (told["target_kind"], told["category"]) == ("segment", "community")
