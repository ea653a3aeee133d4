"""`make run` in a fresh clone: what a newcomer sees, and what is left when it dies."""

import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.waiting import wait_until
from tests.system.clone import Clone

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

SERVING = {"push", "web", "uploads", "media", "realtime"}
PARTS = {"postgres", "redis", *SERVING, "dispatcher", "worker", "beat"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A fresh clone whose stack the tests share; each starts it if it is stopped."""
    made = Clone(tmp_path_factory.mktemp("newcomer") / "mainstay")
    yield made
    made.stop()


def test_newcomer_is_shown_where_to_go(clone: Clone) -> None:
    stack = clone.ready()

    said = clone.said()
    for page in ("/api/v1/docs/", "/admin/", "/playground/mail/"):
        assert f"{stack['base_url']}{page}" in said
    assert f"{stack['push_url']}/" in said
    assert stack["admin_password"] in said
    assert stack["token"] in said


def test_three_printed_commands_succeed(clone: Clone) -> None:
    clone.ready()
    # Of a part that another test has killed, each web worker hears by itself that it is back.
    assert clone.is_answering()
    commands = [line for line in clone.said().splitlines() if line.startswith("  curl ")]

    answers = [clone.run("sh", "-c", line.replace("-s", "-sf", 1)) for line in commands]

    assert [answer.returncode for answer in answers] == [0, 0, 0], answers
    assert "Harbour House" in answers[2].stdout


@pytest.mark.parametrize("page", ["/", "/api/v1/docs/", "/admin/login/", "/playground/mail/"])
def test_printed_pages_answer(clone: Clone, page: str) -> None:
    with urllib.request.urlopen(f"{clone.ready()['base_url']}{page}", timeout=60) as answer:
        assert answer.status == 200


def test_file_for_scripts_names_every_part(clone: Clone) -> None:
    stack = clone.ready()

    assert set(stack["processes"]) == PARTS
    assert all(Path(part["log"]).exists() for part in stack["processes"].values())
    assert (clone.folder / ".dev" / "stack.json").stat().st_mode & 0o777 == 0o600


def test_second_start_is_refused_and_names_the_first(clone: Clone) -> None:
    base_url = clone.ready()["base_url"]

    second = clone.run("make", "run")

    assert second.returncode != 0
    assert base_url in second.stderr


@pytest.mark.parametrize("name", sorted(PARTS))
def test_killed_part_is_restarted(clone: Clone, name: str) -> None:
    old_pid = clone.ready()["processes"][name]["pid"]

    os.kill(old_pid, signal.SIGKILL)

    assert wait_until(
        lambda: clone.stack()["processes"][name]["pid"] not in {None, old_pid}, seconds=180
    )
    assert f"{name} was killed by SIGKILL" in clone.said()
    assert clone.is_answering()


def test_worker_is_stopped_and_started_on_request(clone: Clone) -> None:
    clone.ready()
    control = (".venv/bin/python", "-m", "devstack.control")

    stopped = clone.run(*control, "stop", "worker")
    while_stopped = clone.stack()["processes"]["worker"]["pid"]
    started = clone.run(*control, "start", "worker")

    assert "worker       stopped" in stopped.stdout, stopped.stderr
    assert while_stopped is None
    assert clone.stack()["processes"]["worker"]["pid"] is not None, started.stderr


def test_ctrl_c_stops_everything(clone: Clone) -> None:
    clone.ready()

    clone.press_ctrl_c()
    clone.wait_for_end()

    assert "Everything is stopped." in clone.said()
    assert not clone.processes()
    assert not (clone.folder / ".dev" / "stack.json").exists()


def test_sigterm_stops_everything(clone: Clone) -> None:
    os.kill(clone.ready()["supervisor_pid"], signal.SIGTERM)
    clone.wait_for_end()

    assert not clone.processes()


def test_killed_supervisor_leaves_nothing_and_the_next_start_succeeds(clone: Clone) -> None:
    os.kill(clone.ready()["supervisor_pid"], signal.SIGKILL)
    clone.wait_for_end()

    assert clone.is_gone(), clone.processes()
    clone.ready()
    assert clone.is_answering()


def test_start_that_fails_names_the_culprit_and_leaves_nothing(clone: Clone) -> None:
    clone.stop()

    clone.start(DATABASE_URL="postgresql://nobody@127.0.0.1:9/nowhere")

    assert clone.wait_for_end() != 0
    assert "migrate ended with status 1" in clone.said()
    assert "Connection refused" in clone.said()
    assert not clone.processes()


def test_logs_are_shown_on_request(clone: Clone) -> None:
    clone.stop()

    clone.start("LOGS=1")
    clone.ready()

    assert "web | " in clone.said()
    clone.stop()
