"""Fan-out: one room with many connections, held by one process; Socket.IO beside it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import installing
from bench.cores import Cores, pinned
from bench.goals import Goal
from bench.house import ErrandFailed, House
from bench.peer import PeerUnavailable
from bench.peers.node_server import SOURCES
from bench.plan import Plan
from bench.stores import Stores
from bench.usage import cpu_seconds, resident_mib
from devstack import paths, ports, programs
from devstack.program import Program
from devstack.waiting import wait_until

OURS = "Mainstay"
THEIRS = "Socket.IO 4"
LISTENERS = 2
STEADY = 4
# Each a second, to every connection.
RATES = (40, 60, 80)
BURST = 100
SETTLE_SECONDS = 20.0

# How many a second for how many seconds; or 0, and how many at once.
Publish = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Load:
    """What was heard of an amount of messages; milliseconds from before the commit or the emit."""

    expected: int
    heard: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu_share: float


@dataclass(frozen=True, kw_only=True)
class RoomFigures:
    """One server."""

    name: str
    connections: int
    kib_per_connection: float
    steady: Load
    burst: Load
    rising: tuple[Load, ...]

    @property
    def most_per_second(self) -> float:
        """The most deliveries a second at which nothing was lost."""
        loads = [self.burst, *self.rising]
        return max((load.per_second for load in loads if load.heard == load.expected), default=0.0)


@dataclass(frozen=True, kw_only=True)
class FanOutFigures:
    """Both servers, measured in one run."""

    ours: RoomFigures
    theirs: RoomFigures | str

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of realtime."""
        ours = self.ours
        yield Goal(
            subject="deliveries of a realtime process on one core",
            wording="≥ 50,000/s",
            limit=50_000,
            measured=ours.most_per_second,
            unit="/s",
        )
        ceilings = (
            ("p99 at 4,000 deliveries/s", "≤ 50 ms", 50, ours.steady.p99, "ms"),
            ("commit → phone, p50", "≤ 25 ms", 25, ours.steady.p50, "ms"),
            ("commit → phone, p95", "≤ 100 ms", 100, ours.steady.p95, "ms"),
            ("memory per connection", "≤ 40 KiB", 40, ours.kib_per_connection, "KiB"),
        )
        for subject, wording, limit, measured, unit in ceilings:
            yield Goal(
                subject=subject,
                wording=wording,
                limit=limit,
                measured=measured,
                unit=unit,
                is_ceiling=True,
            )


def measure(
    house: House, stage: dict[str, Any], stores: Stores, *, plan: Plan, cores: Cores
) -> FanOutFigures:
    """Measure both servers, one after the other; raises ErrandFailed where ours cannot be."""
    folder = house.folder / "realtime"
    try:
        installing.install_node_project(SOURCES / "realtime", folder)
    except PeerUnavailable as reason:
        raise ErrandFailed(str(reason)) from reason
    # Else all that was written to the building would be heard at once, by whoever listens first.
    house.errand("skip_the_rest")
    room = f"room:building:{stage['building']}"
    port = ports.free_port()
    serve = programs.manage("realtime", "serve", f"--port={port}")
    with _running("realtime", serve, house, core=cores.measured, port=port) as server:
        dispatcher = programs.manage("events", "dispatch")
        with _running("dispatcher", dispatcher, house):
            about = {
                "kind": "ours",
                "url": f"ws://{ports.LOOPBACK}:{port}/connection/websocket",
                "tokens": stage["tokens"],
                "channel": room,
            }

            def publish(rate: int, amount: int) -> None:
                house.errand("publish", room=room, rate=rate, amount=amount)

            ours = _measured(OURS, server, about, publish, house=house, plan=plan)
    try:
        theirs = _of_socket_io(house, stores, plan=plan, cores=cores)
    except (ErrandFailed, subprocess.SubprocessError) as failure:
        return FanOutFigures(ours=ours, theirs=str(failure))
    return FanOutFigures(ours=ours, theirs=theirs)


def _of_socket_io(house: House, stores: Stores, *, plan: Plan, cores: Cores) -> RoomFigures:
    folder, port = house.folder / "realtime", ports.free_port()
    env = {"HOST": ports.LOOPBACK, "PORT": str(port), "REDIS_URL": stores.redis_url}
    command = ["node", str(folder / "server.js")]
    with _running("socket.io", command, house, core=cores.measured, port=port, **env) as server:
        url = f"ws://{ports.LOOPBACK}:{port}/socket.io/?EIO=4&transport=websocket"

        def publish(rate: int, amount: int) -> None:
            words = ["node", str(folder / "publish.js"), str(rate), str(amount)]
            subprocess.run(words, env={**house.env, **env}, check=True, timeout=120)

        about = {"kind": "theirs", "url": url}
        return _measured(THEIRS, server, about, publish, house=house, plan=plan)


def _measured(
    name: str, server: Program, about: dict[str, Any], publish: Publish, *, house: House, plan: Plan
) -> RoomFigures:
    assert server.pid is not None
    connections = plan.sockets
    # One that comes and goes first, so that what is loaded at the first is not counted.
    with _listening(house, about, connections=LISTENERS):
        publish(0, 1)
    before = resident_mib(server.pid)
    with _listening(house, about, connections=connections) as listeners:
        held = resident_mib(server.pid) - before
        publish(0, 5)
        listeners.report()

        def load(rate: int, amount: int) -> Load:
            return _loaded(server, listeners, publish, rate=rate, amount=amount)

        return RoomFigures(
            name=name,
            connections=connections,
            kib_per_connection=held * 1024 / connections,
            steady=load(STEADY, 4 * plan.seconds),
            burst=load(0, BURST),
            rising=tuple(load(rate, plan.seconds) for rate in RATES),
        )


def _loaded(
    server: Program, listeners: _Listeners, publish: Publish, *, rate: int, amount: int
) -> Load:
    assert server.pid is not None
    expected = (rate * amount if rate else amount) * listeners.connections
    began, cpu = time.monotonic(), cpu_seconds(server.pid)
    publish(rate, amount)
    found = listeners.heard(expected)
    seconds, cpu = time.monotonic() - began, cpu_seconds(server.pid) - cpu
    heard = sum(each["heard"] for each in found)
    took = (max(each["last"] for each in found) - min(each["first"] for each in found)) / 1000
    return Load(
        expected=expected,
        heard=heard,
        per_second=heard / took if took else 0.0,
        p50=max(each["p50"] or 0 for each in found),
        p95=max(each["p95"] or 0 for each in found),
        p99=max(each["p99"] or 0 for each in found),
        cpu_share=cpu / seconds,
    )


class _Listeners:
    """Processes that hold the connections."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]], connections: int) -> None:
        self._processes = processes
        self.connections = connections

    def report(self) -> list[dict[str, Any]]:
        """Return what each has heard since the last report."""
        return self._asked("report")

    def heard(self, expected: int) -> list[dict[str, Any]]:
        """Return what each has heard, waiting a while for all of it."""
        wait_until(
            lambda: sum(each["heard"] for each in self._asked("count")) >= expected,
            seconds=SETTLE_SECONDS,
            pause=0.2,
        )
        return self.report()

    def _asked(self, for_what: str) -> list[dict[str, Any]]:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{for_what}\n")
            process.stdin.flush()
        return [_line(process) for process in self._processes]


@contextmanager
def _listening(house: House, about: dict[str, Any], *, connections: int) -> Iterator[_Listeners]:
    each = connections // LISTENERS
    words = json.dumps({"tokens": [], "channel": "", **about, "connections": each})
    script = str(house.folder / "realtime" / "listen.js")
    log = (house.folder / "logs" / "listeners.log").open("w")
    processes = [
        subprocess.Popen(
            ["node", script, words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        for _ in range(LISTENERS)
    ]
    try:
        for process in processes:
            _line(process)
        yield _Listeners(processes, connections)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
        log.close()


def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise ErrandFailed("a process that held connections ended; see its log, listeners.log")
    told: dict[str, Any] = json.loads(line)
    return told


@contextmanager
def _running(
    name: str,
    command: Sequence[str],
    house: House,
    *,
    core: int | None = None,
    port: int | None = None,
    **env: str,
) -> Iterator[Program]:
    words = list(command) if core is None else pinned(core, command)
    program = Program(name, words, env={**house.env, **env}, dev=house.folder, port=port)
    program.start()
    try:
        if port is not None and not wait_until(lambda: not ports.is_free(port), seconds=60):
            raise ErrandFailed(f"{name} did not start; see {program.log.relative_to(paths.ROOT)}")
        yield program
    finally:
        program.stop()
