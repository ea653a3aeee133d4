"""A stack of toys comes up, is described, fails by name, and goes down without a trace."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from devstack import marks, programs, stack
from devstack.interruption import Interrupted, Interruption
from devstack.program import Program
from devstack.push.services import PushServices
from devstack.stack import Stack, StackFailed
from tests.devstack.toys import SLEEPER

WEB = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]))
        self.end_headers()
        self.wfile.write(b"database: unhappy")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
MANAGE = """
import json, pathlib, sys
print("running", *sys.argv[1:])
if sys.argv[1] == "demo_data":
    demo = {"token": "t0ken", "admin_user": "root", "admin_password": "secret", "links": []}
    pathlib.Path(sys.argv[3]).write_text(json.dumps(demo))
sys.exit(sys.argv[1] in sys.argv[-1].split(","))
"""
MakeStack = Callable[..., Stack]


@pytest.fixture
def interruption() -> Interruption:
    return Interruption()


@pytest.fixture
def make_stack(
    dev: Path, interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeStack]:
    """Makes a stack of toys on servers that the environment names; stops it after the test."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")
    monkeypatch.setattr(stack, "PATIENCE_SECONDS", 60.0)
    # Stacks of tests that run at the same time would all take the usual one.
    monkeypatch.setattr(stack, "WEB_PORT", None)
    made: list[Stack] = []

    def make(
        *, web_status: int = 200, failing_command: str = "", worker: list[str] | None = None
    ) -> Stack:
        def manage(*words: str) -> list[str]:
            return [sys.executable, "-S", "-c", MANAGE, *words, failing_command]

        def of_stack(
            *, dev: Path, env: Mapping[str, str], web_port: int, push: PushServices
        ) -> list[Program]:
            web = [sys.executable, "-c", WEB, str(web_port), str(web_status)]
            return [
                Program("web", web, env=env, dev=dev, port=web_port),
                Program("worker", worker or SLEEPER, env=env, dev=dev),
            ]

        monkeypatch.setattr(programs, "manage", manage)
        monkeypatch.setattr(programs, "of_stack", of_stack)
        made.append(Stack(dev, interruption, started=0.0))
        return made[-1]

    yield make
    for one in made:
        one.down()


def _described(dev: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((dev / "stack.json").read_text())
    return content


def test_stack_that_answers_describes_itself(
    make_stack: MakeStack, dev: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_stack().up()

    described = _described(dev)
    assert f"Ready: {described['base_url']}" in capsys.readouterr().out
    assert described["token"] == "t0ken"
    assert described["admin_url"] == f"{described['base_url']}/admin/"
    assert described["database_url"] == "postgresql://somewhere/db"
    assert Path(described["push_ca"]).is_file()
    accounts = json.loads((dev / "push" / "accounts.json").read_text())
    assert [account["config"].get("host") for account in accounts] == [None, described["apns_host"]]
    assert set(described["processes"]) == {"web", "worker"}


def test_named_servers_are_used_instead_of_our_own(
    make_stack: MakeStack, dev: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_stack().up()

    said = capsys.readouterr().out
    assert "DATABASE_URL" in said
    assert "REDIS_URL" in said
    assert not (dev / "postgres").exists()
    assert "DATABASE_URL=postgresql://somewhere/db\n" in (dev / "environment").read_text()


def test_each_server_may_be_named_separately(
    make_stack: MakeStack, dev: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDIS_URL")

    make_stack().up()

    described = _described(dev)
    assert set(described["processes"]) == {"redis", "web", "worker"}
    assert str(described["processes"]["redis"]["port"]) in described["redis_url"]


@pytest.mark.parametrize("name", ["migrate", "demo_data"])
def test_failed_command_of_the_start_is_named_with_its_log(
    make_stack: MakeStack, name: str
) -> None:
    with pytest.raises(StackFailed, match=rf"{name} ended with status 1[\s\S]*running {name}"):
        make_stack(failing_command=name).up()


def test_program_that_keeps_ending_is_named_with_its_log(
    make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devstack.supervisor.FIRST_PAUSE_SECONDS", 0.01)
    worker = ["sh", "-c", "echo no broker; exit 1"]

    with pytest.raises(StackFailed, match=r"worker ended 3 times[\s\S]*no broker"):
        make_stack(web_status=503, worker=worker).up()


def test_stack_that_never_gets_ready_shows_what_it_answered(
    make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "PATIENCE_SECONDS", 5.0)

    with pytest.raises(StackFailed, match=r"web was not ready.*503.*database: unhappy"):
        make_stack(web_status=503).up()


def test_commands_of_the_start_may_take_their_time(
    make_stack: MakeStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "PATIENCE_SECONDS", 0.0)

    # What is not waited for is the web process, after all commands have come to their end.
    with pytest.raises(StackFailed, match="web was not ready"):
        make_stack(web_status=503).up()


def test_request_to_stop_interrupts_the_start(
    make_stack: MakeStack, interruption: Interruption
) -> None:
    interruption.is_requested = True

    with pytest.raises(Interrupted):
        make_stack().up()


def test_stack_that_went_down_leaves_neither_process_nor_description(
    make_stack: MakeStack, dev: Path
) -> None:
    toys = make_stack()
    toys.up()
    pids = [part["pid"] for part in _described(dev)["processes"].values()]

    toys.down()

    assert not (dev / "stack.json").exists()
    assert not (dev / "control.sock").exists()
    assert [marks.mark_of(pid) for pid in pids] == [None, None]


def test_next_start_stops_what_the_last_one_left(
    make_stack: MakeStack, dev: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_stack().up()
    abandoned = [marks.mark_of(part["pid"]) for part in _described(dev)["processes"].values()]

    make_stack().up()

    assert "earlier run had left behind" in capsys.readouterr().out
    assert not any(mark is None or mark.is_alive() for mark in abandoned)
