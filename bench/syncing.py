"""Sync: what changed of many rows, asked by phones; parse-server asked for the same beside it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import psycopg

from bench import granian, wrk
from bench.cells import Request
from bench.cores import Cores, pinned
from bench.house import ErrandFailed, House
from bench.peer import PeerUnavailable
from bench.peers import parse_since
from bench.peers.pictures import program_of, started
from bench.phones import PERIOD_SECONDS, pull_path
from bench.plan import Plan
from bench.rows import TITLE
from bench.stores import Stores
from bench.sync_figures import (
    CHANGES,
    OPERATIONS,
    PHONES,
    Crowd,
    First,
    Side,
    SyncFigures,
    Times,
)
from bench.usage import MIB, cpu_seconds
from devstack import paths, ports
from devstack.program import Program

# Enough that none of those that ask at once is the phone of another.
ASKING = 64
PUSHING, RESTING = ASKING, ASKING + 1

_CHANGE = """
UPDATE buildings_maintenancerequest SET title = %s, updated_at = now()
WHERE id = (
    SELECT id FROM buildings_maintenancerequest
    WHERE building_id = (SELECT id FROM buildings_building WHERE public_id = %s)
    OFFSET %s LIMIT 1
)
"""


def measure(house: House, opened: Stores, *, plan: Plan, cores: Cores) -> SyncFigures:
    """Fill, change and ask; raises ErrandFailed."""
    filled = house.errand(
        "fill_synced", rows=plan.synced_rows, first_rows=plan.first_rows, people=plan.users
    )
    house_of_phones = _Phones(house=house, filled=filled, url=opened.database_url, plan=plan)
    with ExitStack() as stack:
        try:
            ours = stack.enter_context(_mainstay(house, core=cores.measured))
        except PeerUnavailable as reason:
            raise ErrandFailed(str(reason)) from reason
        load = _Load(program=ours, house=house, core=cores.load)
        return _measured(house_of_phones, load, opened, stack, plan=plan, cores=cores)


def _measured(
    phones: _Phones, load: _Load, opened: Stores, stack: ExitStack, *, plan: Plan, cores: Cores
) -> SyncFigures:
    asking = phones.with_checkpoints(ASKING + 1)
    phones.change(CHANGES)
    timed = phones.timed(asking[0], core=cores.measured)
    changed = load.run("repeat", phone=asking[0], times=plan.pulls)
    if CHANGES not in {timed["rows"], changed["rows"]}:
        raise ErrandFailed(f"{CHANGES} rows changed, and {changed['rows']} came")
    ours, theirs = _side_by_side(load, asking[:ASKING], opened, stack, plan=plan, cores=cores)
    pushed = load.run(
        "push",
        phone=asking[PUSHING],
        building=phones.filled["building"],
        operations=OPERATIONS,
        times=plan.pushes_of_phones,
    )
    resting = phones.with_checkpoints(max(PHONES, RESTING + 1))
    unchanged = load.run("repeat", phone=resting[RESTING], times=plan.pulls)
    first = load.run("first", token=phones.filled["newcomer"])
    with phones.changing():
        crowd = load.run("crowd", phones=resting[:PHONES], seconds=plan.crowd_seconds)
    return SyncFigures(
        rows=plan.synced_rows,
        database_ms=timed["database_ms"],
        changed=times_of(changed["ms"]),
        unchanged=times_of(unchanged["ms"]),
        push=times_of(pushed["ms"]),
        first=First(
            rows=first["rows"],
            rows_per_second=first["rows"] / first["seconds"],
            mib_per_second=first["bytes"] / MIB / first["seconds"],
        ),
        crowd=Crowd(
            times=times_of(crowd["ms"]),
            pulls=PHONES * plan.crowd_seconds // PERIOD_SECONDS,
            unanswered=crowd["unanswered"],
            cpu_share=crowd["cpu_seconds"] / crowd["seconds"],
        ),
        ours=ours,
        theirs=theirs,
    )


def times_of(taken: Sequence[float]) -> Times:
    """Return the middle and the slow end of some milliseconds; raises ErrandFailed for none."""
    if len(taken) < 2:
        raise ErrandFailed("too few answers to speak of")
    return Times(p50=median(taken), p95=quantiles(taken, n=20)[-1])


@dataclass(frozen=True, kw_only=True)
class _Phones:
    """The phones of the large building: their checkpoints, and what becomes of its rows."""

    house: House
    filled: Mapping[str, Any]
    url: str
    plan: Plan

    def with_checkpoints(self, count: int) -> list[list[Any]]:
        """Return phones that have everything: token, checkpoint and number of each."""
        given = self.house.errand("make_checkpoints", people=self.filled["people"], phones=count)[
            "checkpoints"
        ]
        tokens = self.filled["tokens"]
        return [
            [tokens[number % len(tokens)], checkpoint, number]
            for number, checkpoint in enumerate(given)
        ]

    def timed(self, phone: Sequence[Any], *, core: int) -> dict[str, Any]:
        """Return what a pull takes within a process, and in the database."""
        _, checkpoint, number = phone
        people = self.filled["people"]
        return self.house.errand(
            "time_pulls",
            core=core,
            person=people[number % len(people)],
            phone=number,
            checkpoint=checkpoint,
            times=self.plan.pulls,
        )

    def change(self, count: int) -> None:
        """Change rows that lie apart, each in a transaction of its own."""
        step = self.plan.synced_rows // count
        with psycopg.connect(self.url, autocommit=True) as connection:
            for number in range(count):
                self._change_one(connection, number * step)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change another row each second within the block."""
        is_over = threading.Event()

        def go_on() -> None:
            with psycopg.connect(self.url, autocommit=True) as connection:
                number = 0
                while not is_over.wait(1):
                    number += 1
                    self._change_one(connection, number)

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def _change_one(self, connection: psycopg.Connection[Any], place: int) -> None:
        connection.execute(_CHANGE, [f"{TITLE} again", self.filled["building"], place])


@dataclass(frozen=True, kw_only=True)
class _Load:
    """Runs jobs of phones against the server."""

    program: Program
    house: House
    core: int

    @property
    def pid(self) -> int:
        """The server's process; raises ErrandFailed once it has ended."""
        if self.program.pid is None or self.program.has_ended:
            raise ErrandFailed("the server of sync ended during the run")
        return self.program.pid

    @property
    def port(self) -> int:
        """Where the server listens."""
        assert self.program.port is not None
        return self.program.port

    def run(self, kind: str, **job: Any) -> dict[str, Any]:
        """Do one job of `bench.phones`; raises ErrandFailed."""
        written = self.house.folder / "phones.json"
        job["url"] = f"http://{ports.LOOPBACK}:{self.port}"
        written.write_text(json.dumps(job), encoding="utf-8")
        words = ["-m", "bench.phones", kind, str(written)]
        cpu = cpu_seconds(self.pid)
        done = subprocess.run(
            pinned(self.core, [str(paths.PYTHON), *words]),
            capture_output=True,
            text=True,
            check=False,
            cwd=paths.ROOT,
        )
        if done.returncode != 0:
            raise ErrandFailed(f"phones ({kind}): {done.stderr.strip()[-300:]}")
        came: dict[str, Any] = json.loads(done.stdout)
        return {**came, "cpu_seconds": cpu_seconds(self.pid) - cpu}


@dataclass(kw_only=True)
class _Contender:
    """A server that is asked for what changed, and what came of it."""

    program: Program
    requests: Sequence[Request]
    sides: list[Side] = field(default_factory=list)

    def ask(self, *, plan: Plan, core: int, house: House) -> None:
        """Load it once; raises LoadFailed, also where it refused or broke."""
        assert self.program.pid is not None
        assert self.program.port is not None
        cpu = cpu_seconds(self.program.pid)
        load = wrk.send(
            self.requests,
            port=self.program.port,
            seconds=plan.seconds,
            connections=plan.connections,
            core=core,
            folder=house.folder,
        )
        cpu = cpu_seconds(self.program.pid) - cpu
        if load.refused or load.broken or not load.requests:
            raise wrk.LoadFailed(f"{load.refused} refused, {load.broken} broken")
        self.sides.append(Side(per_second=load.per_second, cpu_ms=1000 * cpu / load.requests))

    @property
    def middle(self) -> Side:
        """The medians of the rounds."""
        return Side(
            per_second=median(side.per_second for side in self.sides),
            cpu_ms=median(side.cpu_ms for side in self.sides),
        )


def _side_by_side(
    load: _Load,
    phones: Sequence[Sequence[Any]],
    opened: Stores,
    stack: ExitStack,
    *,
    plan: Plan,
    cores: Cores,
) -> tuple[Side, Side | str]:
    """Ask both in turn, round after round."""
    ours, why_not = _Contender(program=load.program, requests=_requests(phones)), ""
    contenders, theirs = [ours], None
    try:
        program, requests = stack.enter_context(
            parse_since.serving(
                opened,
                folder=load.house.folder,
                core=cores.measured,
                count=plan.synced_rows,
                changes=CHANGES,
            )
        )
        theirs = _Contender(program=program, requests=requests)
        contenders.append(theirs)
    except PeerUnavailable as reason:
        why_not = str(reason)
    try:
        for _ in range(plan.rounds):
            for contender in contenders:
                contender.ask(plan=plan, core=cores.load, house=load.house)
    except wrk.LoadFailed as failure:
        raise ErrandFailed(f"asking for changes: {failure}") from failure
    return ours.middle, theirs.middle if theirs else why_not


def _requests(phones: Sequence[Sequence[Any]]) -> list[Request]:
    return [
        Request(
            path=pull_path(number, checkpoint),
            headers={"Authorization": f"Bearer {token}"},
        )
        for token, checkpoint, number in phones
    ]


@contextmanager
def _mainstay(house: House, *, core: int) -> Iterator[Program]:
    port = ports.free_port()
    command = granian.command("config.wsgi:application", port=port)
    program = program_of("sync", command, folder=house.folder, core=core, port=port, env=house.env)
    with started(program, Request(path="/health/live")):
        yield program
