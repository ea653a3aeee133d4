"""Images: what a miss, a hit and a 304 cost beside thumbor and ipx; thumbnails beside sharp."""

from __future__ import annotations

import dataclasses
import enum
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench import installing, picture, steady, wrk
from bench.cells import Request
from bench.cores import Cores, pinned
from bench.figures import Figure, Sample, figure_of
from bench.goals import MAINSTAY, Goal
from bench.house import ErrandFailed, House
from bench.peer import PeerUnavailable, ask, etag_of
from bench.peers.image_service import ImageService
from bench.peers.ipx import Ipx
from bench.peers.node_server import SOURCES
from bench.peers.pictures import PHOTO, PictureServer, Source, source_of
from bench.peers.thumbor import Thumbor
from bench.plan import Plan
from bench.usage import cpu_seconds, resident_mib
from devstack.program import Program
from devstack.system import CannotInstall
from devstack.terminal import say, step

THUMBOR = Thumbor.name
IPX = Ipx.name
STEADY_PER_SECOND = 2000
MISS_CONNECTIONS = 2
# Of misses there are few in a second.
MISS_TIMES_LONGER = 3
# So many names of the photo no round comes to the end of.
NAMES_PER_SECOND = 100
EDGES = (150, 300, 600)


class Ask(enum.Enum):
    """One column of the table, named as it is shown."""

    MISS = "miss"
    HIT = "hit"
    UNCHANGED = "304"


@dataclass(kw_only=True)
class ServerFigures:
    """One server: its figures, or why there are none."""

    name: str
    about: str
    samples: dict[Ask, list[Sample]] = field(default_factory=dict)
    steady: steady.Steady | None = None
    mib: float = 0.0
    unavailable: str = ""

    def figure(self, ask: Ask) -> Figure | None:
        """Return the medians of a column; None if it was not measured, or did not go well."""
        samples = self.samples.get(ask)
        figure = figure_of(samples) if samples else None
        return None if figure is None or figure.failures else figure


@dataclass(frozen=True, kw_only=True)
class Thumbnails:
    """Thumbnails of one photo by one process on one core."""

    per_second: float
    mib: float


@dataclass(frozen=True, kw_only=True)
class ImageFigures:
    """All of them, measured in one run."""

    servers: Sequence[ServerFigures]
    ours: Thumbnails
    sharp: Thumbnails | str

    def goals(self) -> Iterator[Goal]:
        """Yield the goals of images."""
        servers = {server.name: server for server in self.servers}
        for column, peer, limit in (
            (Ask.MISS, THUMBOR, 3.0),
            (Ask.MISS, IPX, 1.0),
            (Ask.HIT, THUMBOR, 5.0),
        ):
            yield Goal(
                subject=f"a picture, {column.value}",
                wording=f"≥ {limit:g} times {peer}",
                limit=limit,
                measured=times(servers[MAINSTAY], servers[peer], column),
                unit="times",
            )
        ours = servers[MAINSTAY]
        hit, unchanged = ours.figure(Ask.HIT), ours.figure(Ask.UNCHANGED)
        yield Goal(
            subject="a picture, 304",
            wording="≥ 1 times our hit",
            limit=1,
            measured=unchanged.per_second / hit.per_second if hit and unchanged else None,
            unit="times",
        )
        yield Goal(
            subject=f"hits at {STEADY_PER_SECOND:,}/s, p95",
            wording="< 10 ms",
            limit=10,
            measured=ours.steady.p95_ms if ours.steady and not ours.steady.failures else None,
            unit="ms",
            is_ceiling=True,
        )
        yield Goal(
            subject="memory of the image service in all",
            wording="< 512 MiB",
            limit=512,
            measured=ours.mib or None,
            unit="MiB",
            is_ceiling=True,
        )
        sharp = self.sharp
        yield Goal(
            subject="thumbnails of one core",
            wording="≥ 1 times sharp",
            limit=1,
            measured=None if isinstance(sharp, str) else self.ours.per_second / sharp.per_second,
            unit="times",
        )


def times(ours: ServerFigures, theirs: ServerFigures, column: Ask) -> float | None:
    """Return how many times as many pictures a second ours gives; None if either is missing."""
    our, their = ours.figure(column), theirs.figure(column)
    return our.per_second / their.per_second if our and their and their.per_second else None


def measure(house: House, *, plan: Plan, cores: Cores) -> ImageFigures:
    """Measure the servers in rounds, then the thumbnails; raises ErrandFailed."""
    photo = picture.made(house.folder / "source" / PHOTO)
    try:
        installing.ensure_debian(steady.HEY)
        with source_of(photo, cores=cores, folder=house.folder) as source:
            contenders: list[PictureServer] = [
                ImageService(house),
                Thumbor(house.folder),
                Ipx(house.folder),
            ]
            servers = _servers(contenders, source, plan=plan, cores=cores, house=house)
    except (PeerUnavailable, CannotInstall) as reason:
        raise ErrandFailed(str(reason)) from reason
    seconds = plan.rounds * plan.seconds
    made = house.errand(
        "make_thumbnails", core=cores.measured, photo=str(photo), edges=EDGES, seconds=seconds
    )
    return ImageFigures(
        servers=servers,
        ours=_thumbnails(made),
        sharp=_of_sharp(house, str(photo), seconds=seconds, core=cores.measured),
    )


@dataclass(frozen=True)
class _Contender:
    server: PictureServer
    program: Program
    figures: ServerFigures


def _servers(
    servers: Sequence[PictureServer], source: Source, *, plan: Plan, cores: Cores, house: House
) -> list[ServerFigures]:
    figures = [ServerFigures(name=server.name, about=server.about) for server in servers]
    with ExitStack() as stack:
        contenders = []
        for server, each in zip(servers, figures, strict=True):
            with step(f"Starting {server.name}"):
                try:
                    server.install()
                    program = stack.enter_context(server.running(source, core=cores.measured))
                    contenders.append(_Contender(server, program, each))
                except PeerUnavailable as reason:
                    each.unavailable = str(reason)
                    say(f"  without it: {reason}")
        _Rounds(source=source, plan=plan, cores=cores, house=house).load(contenders)
    return figures


@dataclass(frozen=True, kw_only=True)
class _Rounds:
    source: Source
    plan: Plan
    cores: Cores
    house: House

    def load(self, contenders: Sequence[_Contender]) -> None:
        """Ask all servers each question before the next one, so that noise meets all of them."""
        for contender in contenders:
            self._hit(contender)
        for number in range(self.plan.rounds):
            with step(f"Asking for pictures, round {number + 1} of {self.plan.rounds}"):
                for column in Ask:
                    for contender in contenders:
                        self._attempt(contender, column, number)
        for contender in contenders:
            contender.figures.mib = resident_mib(contender.program.pid or 0)
            self._steadily(contender)

    def _attempt(self, contender: _Contender, column: Ask, number: int) -> None:
        if contender.figures.unavailable:
            return
        try:
            sample = self._asked(contender, column, number)
        except (wrk.LoadFailed, PeerUnavailable) as failure:
            contender.figures.unavailable = str(failure)
            return
        contender.figures.samples.setdefault(column, []).append(sample)

    def _asked(self, contender: _Contender, column: Ask, number: int) -> Sample:
        program = contender.program
        if program.pid is None or program.port is None:
            raise PeerUnavailable("It ended during the run.")
        requests = self._requests(contender, column, number)
        cpu = cpu_seconds(program.pid)
        load = wrk.send(
            requests,
            port=program.port,
            seconds=self._miss_seconds if column is Ask.MISS else self.plan.seconds,
            connections=MISS_CONNECTIONS if column is Ask.MISS else self.plan.connections,
            core=self.cores.load,
            folder=self.house.folder,
        )
        cpu = cpu_seconds(program.pid) - cpu
        return Sample(
            per_second=load.per_second,
            cpu_ms=1000 * cpu / load.requests if load.requests else 0.0,
            failures=load.refused + load.broken + (0 if load.requests else 1),
        )

    @property
    def _miss_seconds(self) -> int:
        return MISS_TIMES_LONGER * self.plan.seconds

    def _requests(self, contender: _Contender, column: Ask, number: int) -> Sequence[Request]:
        if column is Ask.MISS:
            count = NAMES_PER_SECOND * self._miss_seconds
            first = 1 + number * count
            return contender.server.requests(self.source, range(first, first + count))
        hit = self._hit(contender)
        if column is Ask.HIT:
            return [hit]
        assert contender.program.port is not None
        etag = etag_of(contender.program.port, hit)
        if not etag:
            raise PeerUnavailable("It tells no ETag.")
        return [dataclasses.replace(hit, headers={"If-None-Match": etag}, status=304)]

    def _hit(self, contender: _Contender) -> Request:
        """Return a question that was answered before."""
        assert contender.program.port is not None
        hit = contender.server.requests(self.source, [0])[0]
        status, body = ask(contender.program.port, hit)
        if status != 200:
            raise PeerUnavailable(f"It answered {status}: {body[:200]!r}")
        return hit

    def _steadily(self, contender: _Contender) -> None:
        hit = contender.figures.figure(Ask.HIT)
        # Who does not answer so many at all has no such figure.
        if hit is None or hit.per_second < STEADY_PER_SECOND or contender.program.port is None:
            return
        contender.figures.steady = steady.send(
            self._hit(contender),
            port=contender.program.port,
            per_second=STEADY_PER_SECOND,
            seconds=self.plan.seconds,
            core=self.cores.load,
        )


def _of_sharp(house: House, photo: str, *, seconds: int, core: int) -> Thumbnails | str:
    folder = house.folder / "sharp"
    try:
        installing.install_node_project(SOURCES / "sharp", folder)
    except PeerUnavailable as reason:
        return str(reason)
    words = [str(folder / "thumbnails.js"), photo, ",".join(map(str, EDGES)), str(seconds)]
    done = subprocess.run(
        pinned(core, ["node", *words]), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return done.stderr.strip()[-200:] or "sharp ended without a word"
    return _thumbnails(json.loads(done.stdout))


def _thumbnails(made: dict[str, Any]) -> Thumbnails:
    return Thumbnails(per_second=made["made"] / made["seconds"], mib=made["mib"])
