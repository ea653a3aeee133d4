"""HTTP: every peer under the same load, cell by cell, in rounds that put them side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import usage, wrk
from bench.cells import Cell, Request
from bench.figures import PeerFigures, Sample
from bench.peer import Peer, PeerUnavailable, Running, Setting, etag_of, refuse_wrong_answers
from bench.plan import Plan
from devstack.terminal import say, step

# How many rows are asked for with the version that the client has already.
ROWS_WITH_VERSION = 32
NO_VERSION = "no ETag"


@dataclass(frozen=True)
class Contender:
    """A peer that runs, its requests, and where its figures go."""

    peer: Running
    figures: PeerFigures
    requests: dict[Cell, Sequence[Request]]


@dataclass(frozen=True, kw_only=True)
class Loader:
    """Puts servers under load from one core."""

    plan: Plan
    core: int
    folder: Path

    def load(self, contender: Contender, cell: Cell, *, is_first: bool) -> None:
        """Load one cell once, after a warm-up if it is the first time."""
        try:
            if is_first:
                self._send(contender, cell, seconds=self.plan.warm_up_seconds)
            pid = contender.peer.pid
            cpu = usage.cpu_seconds(pid)
            load = self._send(contender, cell, seconds=self.plan.seconds)
            cpu = usage.cpu_seconds(pid) - cpu
        except (wrk.LoadFailed, PeerUnavailable) as failure:
            contender.figures.unavailable = str(failure)
            return
        sample = Sample(
            per_second=load.per_second,
            cpu_ms=1000 * cpu / load.requests if load.requests else 0.0,
            failures=load.refused + load.broken + (0 if load.requests else 1),
        )
        contender.figures.samples.setdefault(cell, []).append(sample)

    def _send(self, contender: Contender, cell: Cell, *, seconds: int) -> wrk.Load:
        if contender.peer.program.has_ended:
            raise PeerUnavailable("It ended during the run.")
        return wrk.send(
            contender.requests[cell],
            port=contender.peer.port,
            seconds=seconds,
            connections=self.plan.connections,
            core=self.core,
            folder=self.folder,
        )


def measure(peers: Sequence[Peer], setting: Setting, *, load_core: int) -> list[PeerFigures]:
    """Start all peers, load them in turn and stop them; a peer that fails has a reason."""
    loader = Loader(plan=setting.plan, core=load_core, folder=setting.folder)
    figures = [PeerFigures(name=peer.name, about=peer.about) for peer in peers]
    with ExitStack() as stack:
        started = [_started(peer, each, stack) for peer, each in zip(peers, figures, strict=True)]
        contenders = [contender for contender in started if contender is not None]
        for number in range(setting.plan.rounds):
            with step(f"Loading them, round {number + 1} of {setting.plan.rounds}"):
                _round(contenders, loader, is_first=number == 0)
        for contender in contenders:
            if not contender.peer.program.has_ended:
                contender.figures.loaded_mib = usage.resident_mib(contender.peer.pid)
        say("Stopping them")
    return figures


def _round(contenders: Sequence[Contender], loader: Loader, *, is_first: bool) -> None:
    """Load each cell of all peers before the next cell, so that noise meets all of them."""
    for cell in Cell:
        for contender in contenders:
            if cell in contender.requests and not contender.figures.unavailable:
                loader.load(contender, cell, is_first=is_first)


def _started(peer: Peer, figures: PeerFigures, stack: ExitStack) -> Contender | None:
    try:
        with step(f"Starting {peer.name}"):
            peer.install()
            running = stack.enter_context(peer.running())
            refuse_wrong_answers(running)
    except PeerUnavailable as reason:
        figures.unavailable = str(reason)
        say(f"  without it: {reason}")
        return None
    figures.idle_mib = usage.resident_mib(running.pid)
    figures.idle_worker_mib = usage.largest_resident_mib(running.pid)
    return Contender(running, figures, _with_version(running, figures))


def _with_version(running: Running, figures: PeerFigures) -> dict[Cell, Sequence[Request]]:
    """Add what is asked by a client that has the row already, where the peer tells versions."""
    requests = dict(running.requests)
    if Cell.GET not in requests:
        return requests
    asked = requests[Cell.GET][:ROWS_WITH_VERSION]
    versions = [(request, etag_of(running.port, request)) for request in asked]
    if not all(etag for _, etag in versions):
        figures.reasons[Cell.UNCHANGED] = NO_VERSION
        return requests
    requests[Cell.UNCHANGED] = [
        dataclasses.replace(
            request,
            headers={**request.headers, "If-None-Match": etag},
            status=304,
            shows="",
        )
        for request, etag in versions
    ]
    return requests
