"""Brings the whole stack up, keeps it up, and takes it down."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from math import inf
from os import environ
from pathlib import Path
from typing import Any

from devstack import (
    leftovers,
    lifeline,
    logs,
    ports,
    processes,
    programs,
    readiness,
    stack_file,
    summary,
    surroundings,
)
from devstack.control import ControlSocket
from devstack.interruption import Interruption
from devstack.postgres import EmbeddedPostgres
from devstack.program import Program
from devstack.push.services import PushServices
from devstack.redis import EmbeddedRedis
from devstack.server import EmbeddedServer
from devstack.supervisor import Supervisor
from devstack.terminal import say, step

WEB_PORT = 8000
PUSH_PORT = 8010
APNS_PORT = 8011
REALTIME_PORT = 8001
UPLOADS_PORT = 8002
MEDIA_PORT = 8003
PATIENCE_SECONDS = 180.0
HOPELESS_CRASHES = 3
LOOP_SECONDS = 0.2


class StackFailed(Exception):
    """A part of the stack did not come up; the message names it and shows its log."""


class Stack:
    """One clone's stack; everything it makes lies below one folder."""

    def __init__(
        self, dev: Path, interruption: Interruption, *, started: float, shows_logs: bool = False
    ) -> None:
        self.dev = dev
        self.interruption = interruption
        self.started = started
        self.supervisor = Supervisor(on_change=self._write_file)
        self._facts: dict[str, Any] = {}
        self._env: dict[str, str] = {}
        self._control: ControlSocket | None = None
        self._lifeline: subprocess.Popen[bytes] | None = None
        self._follower = logs.Follower(dev / "logs", say) if shows_logs else None

    def up(self) -> None:
        """Start everything, wait until it answers, and show how to use it.

        Raises StackFailed, ServerDidNotStart or Interrupted; call `down` in any case.
        """
        self._clear_up()
        database_url = self._server("DATABASE_URL", EmbeddedPostgres)
        redis_url = self._server("REDIS_URL", EmbeddedRedis)
        port = ports.free_port(WEB_PORT)
        base_url = f"http://{ports.LOOPBACK}:{port}"
        push = self._push_services()
        self._surround(database_url, redis_url, base_url, push.url)
        self._command("migrate", "Migrating the database", programs.manage("migrate", "--no-input"))
        for program in programs.of_stack(dev=self.dev, env=self._env, web_port=port, push=push):
            self.supervisor.add(program)
        # The programs load meanwhile, which takes them longer than the data takes.
        demo = self._make_demo_data(push)
        with step("Waiting for push, web, uploads, media, realtime, dispatcher, worker and beat"):
            self._wait_until_ready()
        self._publish(database_url, redis_url, base_url, push, demo)
        say(summary.of_stack(base_url, push.url, demo, time.time() - self.started))

    def look_after(self) -> None:
        """Keep everything running until somebody asks us to stop."""
        assert self._control is not None
        while not self.interruption.is_requested:
            self._control.serve(seconds=LOOP_SECONDS)
            self._tick()

    def down(self) -> None:
        """Stop everything that runs; harmless when nothing does."""
        self._facts = {}
        (self.dev / "stack.json").unlink(missing_ok=True)
        if self._control is not None:
            self._control.close()
        self.supervisor.stop_all()
        if self._lifeline is not None and self._lifeline.stdin is not None:
            self._lifeline.stdin.close()
            self._lifeline.wait()
        self._tick()

    def _clear_up(self) -> None:
        if leftovers.stop_leftovers(self.dev):
            say("Stopped what an earlier run had left behind.")
        (self.dev / "stack.json").unlink(missing_ok=True)
        logs.make_room(self.dev / "logs")
        # The metrics of processes that are gone would be added to those of the new ones.
        shutil.rmtree(self.dev / "metrics", ignore_errors=True)
        for name in ("metrics", "state", "mail", "marks"):
            (self.dev / name).mkdir(exist_ok=True)

    def _server(self, variable: str, kind: type[EmbeddedServer]) -> str:
        """Start an embedded server unless the environment names another; return its URL."""
        if environ.get(variable):
            say(f"Using the server that {variable} names; no embedded {kind.name} is started.")
            return environ[variable]
        server = kind(
            self.dev / kind.name, durable=True, log=self.dev / "logs" / f"{kind.name}.log"
        )
        with step(f"Starting the embedded {kind.name}"):
            self.supervisor.add(server)
        return server.url

    def _surround(self, database_url: str, redis_url: str, base_url: str, push_url: str) -> None:
        """Prepare what every program of the stack finds in its environment."""
        values = surroundings.variables(self.dev, database_url, redis_url, base_url)
        values |= {
            "REALTIME_URL": _own_url(REALTIME_PORT),
            "FILES_UPLOAD_URL": _own_url(UPLOADS_PORT),
            "MEDIA_BASE_URL": _own_url(MEDIA_PORT),
            "PLAYGROUND_PUSH_URL": push_url,
        }
        # Read by `manage.py` in another terminal, so that it meets the same servers.
        stack_file.write_private(self.dev / "environment", surroundings.as_file(values))
        run = leftovers.new_run(self.dev)
        self._env = {**environ, **values, leftovers.RUN_VARIABLE: run}
        self._lifeline = lifeline.attach(self._env)

    def _command(self, name: str, title: str, command: Sequence[str]) -> None:
        """Run a command of the start to its end; raises StackFailed if it fails."""
        program = Program(name, command, env=self._env, dev=self.dev)
        with step(title):
            program.start()
            try:
                # As long as it takes: a busy machine migrates slowly, and a step shows its seconds.
                self._wait(lambda: program.has_ended, seconds=inf)
            finally:
                program.stop()
            if program.exit_status != 0:
                raise _failure(name, f"ended with status {program.exit_status}", program.log)

    def _push_services(self) -> PushServices:
        """Choose where the push services listen, and issue the keys by which they are used."""
        services = PushServices(self.dev / "push")
        services.http_port = ports.free_port(PUSH_PORT)
        services.apns_port = ports.free_port(APNS_PORT)
        services.write_accounts()
        return services

    def _make_demo_data(self, push: PushServices) -> dict[str, Any]:
        file = self.dev / "demo.json"
        stack_file.write_private(file, "{}")
        accounts = str(push.accounts_file)
        command = programs.manage("demo_data", "--output", str(file), "--push", accounts)
        self._command("demo_data", "Writing the demo data", command)
        demo: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return demo

    def _wait_until_ready(self) -> None:
        answer = (0, "")
        serving = [part for part in self.supervisor.parts if isinstance(part, Program)]
        waiting = [part for part in serving if part.port]

        def is_ready() -> bool:
            nonlocal answer
            self._refuse_hopeless()
            while waiting and waiting[0].port:
                answer = readiness.answer_of(waiting[0].port)
                if answer[0] != 200:
                    return False
                waiting.pop(0)
            return True

        if not self._wait(is_ready, seconds=PATIENCE_SECONDS):
            ended = [part for part in self.supervisor.parts if part.has_ended]
            part = next(iter([*ended, *waiting]))
            status, body = answer
            reason = f"was not ready: {readiness.PATH} answered {status or 'nothing'}: {body}"
            raise _failure(part.name, reason, part.log)

    def _refuse_hopeless(self) -> None:
        for part in self.supervisor.parts:
            if self.supervisor.crashes_of(part.name) >= HOPELESS_CRASHES:
                raise _failure(part.name, f"ended {HOPELESS_CRASHES} times", part.log)

    def _publish(
        self,
        database_url: str,
        redis_url: str,
        base_url: str,
        push: PushServices,
        demo: dict[str, Any],
    ) -> None:
        self._control = ControlSocket(self.dev, self.supervisor)
        self._facts = {
            "base_url": base_url,
            "realtime_url": self._env["REALTIME_URL"],
            "upload_url": self._env["FILES_UPLOAD_URL"],
            "media_url": self._env["MEDIA_BASE_URL"],
            "token": demo.get("token"),
            "refresh_token": demo.get("refresh_token"),
            "admin_url": summary.links(base_url, demo)["Admin"],
            "admin_user": demo.get("admin_user"),
            "admin_password": demo.get("admin_password"),
            "database_url": database_url,
            "redis_url": redis_url,
            "push_url": push.url,
            "apns_host": push.apns_host,
            "push_ca": str(push.authority.ca_file),
            "control_socket": str(self._control.path),
        }
        self._write_file()

    def _write_file(self) -> None:
        if self._facts:
            stack_file.write(self.dev / "stack.json", self._facts, self.supervisor.parts)

    def _wait(self, condition: Callable[[], bool], *, seconds: float) -> bool:
        def look() -> bool:
            self._tick()
            return condition()

        return self.interruption.wait_until(look, seconds=seconds)

    def _tick(self) -> None:
        self.supervisor.look_after()
        if self._follower is not None:
            self._follower.follow()


def _own_url(port: int) -> str:
    """Return where a process of ours will answer, at this port if it is free."""
    return f"http://{ports.LOOPBACK}:{ports.free_port(port)}"


def _failure(name: str, what: str, log: Path) -> StackFailed:
    return StackFailed(f"{name} {what}.\nThe end of its log, {log}:\n{processes.last_lines(log)}")
