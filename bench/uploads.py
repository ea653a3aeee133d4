"""Uploads: one large file by tus to one process on one core; Node.js's tus server beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench import installing
from bench.cells import Request
from bench.cores import Cores, pinned
from bench.goals import MAINSTAY, Goal
from bench.house import ErrandFailed, House
from bench.peer import PeerUnavailable
from bench.peers.node_server import SOURCES
from bench.peers.pictures import program_of, started
from bench.plan import Plan
from bench.usage import MIB, cpu_seconds, resident_mib
from devstack import paths, ports, programs
from devstack.program import Program

TUS = "@tus/server"
# What a process that keeps nothing of a body in memory grows by all the same.
FLAT_MIB = 64
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One upload."""

    mib_per_second: float
    cpu_seconds: float
    grown_mib: float


@dataclass(kw_only=True)
class UploadServer:
    """One server: its uploads, or why there are none."""

    name: str
    sent: list[Sent] = field(default_factory=list)
    unavailable: str = ""

    @property
    def mib_per_second(self) -> float | None:
        """How fast it took a file; the median."""
        return median(each.mib_per_second for each in self.sent) if self.sent else None

    @property
    def cpu_seconds(self) -> float:
        """What a file cost it; the median."""
        return median(each.cpu_seconds for each in self.sent)

    @property
    def grown_mib(self) -> float:
        """By how much it was larger than before, at most."""
        return max(each.grown_mib for each in self.sent)


@dataclass(frozen=True, kw_only=True)
class UploadFigures:
    """Both servers, measured in one run."""

    ours: UploadServer
    theirs: UploadServer
    mib: int

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of uploads."""
        ours, theirs = self.ours.mib_per_second, self.theirs.mib_per_second
        yield Goal(
            subject=f"an upload of {self.mib:,} MiB",
            wording=f"≥ 1 times {TUS}",
            limit=1,
            measured=ours / theirs if ours and theirs else None,
            unit="times",
        )
        yield Goal(
            subject="what it adds to the memory of its process",
            wording=f"≤ {FLAT_MIB} MiB",
            limit=FLAT_MIB,
            measured=self.ours.grown_mib if self.ours.sent else None,
            unit="MiB",
            is_ceiling=True,
        )


def measure(house: House, stage: dict[str, Any], *, plan: Plan, cores: Cores) -> UploadFigures:
    """Send to both in turn, round after round; raises ErrandFailed where ours cannot be."""
    ours, theirs = UploadServer(name=MAINSTAY), UploadServer(name=TUS)
    with ExitStack() as stack:
        try:
            own = stack.enter_context(_mainstay(house, stage, core=cores.measured))
        except PeerUnavailable as reason:
            raise ErrandFailed(str(reason)) from reason
        targets = [(ours, own)]
        try:
            peer = stack.enter_context(_tus(house, core=cores.measured))
            targets.append((theirs, peer))
        except PeerUnavailable as reason:
            theirs.unavailable = str(reason)
        for _ in range(plan.rounds):
            for server, target in targets:
                server.sent.append(target.send(mib=plan.upload_mib, core=cores.load))
    return UploadFigures(ours=ours, theirs=theirs, mib=plan.upload_mib)


@dataclass(frozen=True, kw_only=True)
class _Target:
    """A server that takes uploads."""

    program: Program
    path: str
    metadata: str
    words: Sequence[str] = ()

    def send(self, *, mib: int, core: int) -> Sent:
        """Send one file; raises ErrandFailed."""
        pid = self.program.pid
        if pid is None:
            raise ErrandFailed(f"{self.program.name} ended during the run")
        url = f"http://{ports.LOOPBACK}:{self.program.port}{self.path}"
        words = ["-m", "bench.sending", url, str(mib * MIB), self.metadata, *self.words]
        cpu = cpu_seconds(pid)
        with _watched(pid) as seen:
            done = subprocess.run(
                pinned(core, [str(paths.PYTHON), *words]),
                capture_output=True,
                text=True,
                check=False,
                cwd=paths.ROOT,
            )
        if done.returncode != 0:
            raise ErrandFailed(f"{self.program.name}: {done.stderr.strip()[-300:]}")
        return Sent(
            mib_per_second=mib / json.loads(done.stdout)["seconds"],
            cpu_seconds=cpu_seconds(pid) - cpu,
            grown_mib=max(seen) - seen[0],
        )


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Note the memory of a process, again and again, within the block."""
    seen, is_over = [resident_mib(pid)], threading.Event()

    def look() -> None:
        while not is_over.wait(_LOOK_SECONDS):
            seen.append(resident_mib(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _mainstay(house: House, stage: dict[str, Any], *, core: int) -> Iterator[_Target]:
    port = ports.free_port()
    url = f"http://{ports.LOOPBACK}:{port}"
    env = {**house.env, "FILES_UPLOAD_URL": url, "FILES_BODIES_AT_ONCE": "28"}
    serve = programs.granian(port=port, workers=1, threads=programs.UPLOAD_THREADS)
    program = Program("uploads", pinned(core, serve), env=env, dev=house.folder, port=port)
    with started(program, Request(path="/health/live")):
        yield _Target(
            program=program,
            path="/api/v1/uploads/",
            metadata=_metadata(filename="large.zip", purpose="archive"),
            words=[stage["tokens"][0]],
        )
    shutil.rmtree(house.folder / "state" / "files", ignore_errors=True)


@contextmanager
def _tus(house: House, *, core: int) -> Iterator[_Target]:
    folder, port = house.folder / "tus", ports.free_port()
    installing.install_node_project(SOURCES / "tus", folder)
    kept = folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    env = {
        "NODE_ENV": "production",
        "HOST": ports.LOOPBACK,
        "PORT": str(port),
        "FOLDER": str(kept),
    }
    command = ["node", str(folder / "server.js")]
    program = program_of("tus", command, folder=house.folder, core=core, port=port, env=env)
    with started(program, Request(path="/", status=404)):
        yield _Target(program=program, path="/files", metadata=_metadata(filename="large.zip"))
    shutil.rmtree(kept, ignore_errors=True)


def _metadata(**values: str) -> str:
    return ",".join(
        f"{name} {b64encode(value.encode()).decode()}" for name, value in values.items()
    )
