"""`make bench`: one run from nothing, its tables in the terminal, its page in the docs."""

from __future__ import annotations

import argparse
import fcntl
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from bench import (
    caching,
    fan_out,
    hooks,
    images,
    installing,
    log,
    machine,
    pushes,
    report,
    rows,
    starting,
    stores,
    syncing,
    traffic,
    uploads,
)
from bench.cores import Cores, of_this_machine
from bench.figures import PeerFigures
from bench.goals import MAINSTAY
from bench.house import ErrandFailed, House
from bench.peer import Peer, Setting
from bench.peers.drf import StockDrf
from bench.peers.fastify import Fastify
from bench.peers.limits import BareDjango, BareSql
from bench.peers.mainstay import Mainstay
from bench.peers.parse_server import ParseServer
from bench.peers.pocketbase import REQUIREMENT, PocketBase
from bench.plan import FULL, QUICK, Plan
from devstack import paths
from devstack.privileges import NoUnprivilegedAccount
from devstack.server import ServerDidNotStart
from devstack.system import CannotInstall
from devstack.terminal import complain, say, step

FOLDER = paths.DEV / "bench"
PAGE = paths.ROOT / "docs" / "reference" / "performance.md"
QUICK_PAGE = FOLDER / "performance.md"
PARTS = (
    *("http", "webhooks", "pushes", "realtime", "uploads", "images", "cache", "sync", "log"),
    "start",
)

STORES_FAILED = (ServerDidNotStart, NoUnprivilegedAccount)

Found = TypeVar("Found")


class AlreadyRuns(Exception):
    """Another bench runs in this clone: they would share folders and cores."""


def main() -> int:
    """Measure and write the page; 1 if that could not be done."""
    options = _options()
    plan = QUICK if options.quick else FULL
    for request in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, _interrupt)
    try:
        installing.ensure_debian(installing.WRK)
        with alone(FOLDER):
            results = _measured(plan, options.only or PARTS)
    except KeyboardInterrupt:
        complain("Interrupted; everything is stopped, and no page is written.")
        return 130
    except (AlreadyRuns, CannotInstall, ErrandFailed, *STORES_FAILED) as failure:
        complain(str(failure))
        return 1
    _publish(results, QUICK_PAGE if options.quick or options.only else PAGE)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, no repeats, no page")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part only (repeatable)"
    )
    return parser.parse_args()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the bench's lock, which the kernel lets go however we end; raises AlreadyRuns."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRuns("Another bench runs in this clone; wait for its end.") from None
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _measured(plan: Plan, parts: Sequence[str]) -> report.Results:
    """Start what is needed, measure the parts and stop everything."""
    cores, load = of_this_machine(), machine.load_average()
    for name in ("logs", "metrics"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    with stores.opened(FOLDER, cores) as opened:
        house = House(FOLDER, opened)
        with step("Migrating and filling the tables"):
            house.migrate()
            stage = house.errand(
                "set_up", users=plan.users, rows=plan.rows, known_rows=plan.known_rows
            )
        figures = _http(plan, house, opened, stage, cores) if "http" in parts else []
        delivered = _part(
            "webhooks", parts, lambda: hooks.measure(house, stage, plan=plan, cores=cores)
        )
        pushed = _part(
            "pushes", parts, lambda: pushes.measure(house, stage, plan=plan, cores=cores)
        )
        fanned = _part(
            "realtime",
            parts,
            lambda: fan_out.measure(house, stage, opened, plan=plan, cores=cores),
        )
        uploaded = _part(
            "uploads", parts, lambda: uploads.measure(house, stage, plan=plan, cores=cores)
        )
        pictured = _part("images", parts, lambda: images.measure(house, plan=plan, cores=cores))
        cached = _part(
            "cache", parts, lambda: caching.measure(house, plan=plan, core=cores.measured)
        )
        synced = _part(
            "sync", parts, lambda: syncing.measure(house, opened, plan=plan, cores=cores)
        )
        logged = _part(
            "log", parts, lambda: log.measure(house, stage, plan=plan, core=cores.measured)
        )
        started = _part("start", parts, lambda: _start(plan, house, figures, cores))
    return report.Results(
        plan=plan,
        surroundings=machine.surroundings(FOLDER, load_before=load, pocketbase=REQUIREMENT),
        are_cores_apart=cores.are_apart,
        traffic=figures,
        hooks=delivered,
        pushes=pushed,
        fan_out=fanned,
        uploads=uploaded,
        images=pictured,
        cache=cached,
        sync=synced,
        log=logged,
        start=started,
    )


def _part(name: str, parts: Sequence[str], measure: Callable[[], Found]) -> Found | str:
    """Measure one part; where it fails, the others go on and its place says why."""
    if name not in parts:
        return "left out"
    try:
        with step(f"Measuring {name}"):
            return measure()
    except ErrandFailed as failure:
        complain(str(failure))
        return str(failure).partition("\n")[0]


def _http(
    plan: Plan, house: House, opened: stores.Stores, stage: dict[str, Any], cores: Cores
) -> list[PeerFigures]:
    with step("Filling the table of the peers"):
        table = rows.made(opened, plan)
    setting = Setting(plan=plan, stores=opened, table=table, folder=FOLDER, core=cores.measured)
    peers: list[Peer] = [
        Mainstay(setting, house, stage),
        Fastify(setting),
        ParseServer(setting),
        PocketBase(setting),
        StockDrf(setting),
        BareSql(setting),
        BareDjango(setting),
    ]
    return traffic.measure(peers, setting, load_core=cores.load)


def _start(
    plan: Plan, house: House, figures: Sequence[PeerFigures], cores: Cores
) -> starting.StartFigures:
    seconds, cpu = starting.check(house, times=plan.checks, core=cores.measured)
    ours = [peer for peer in figures if peer.name == MAINSTAY and not peer.unavailable]
    return starting.StartFigures(
        check_seconds=seconds,
        check_cpu_seconds=cpu,
        worker_mib=ours[0].idle_worker_mib if ours else None,
        make_run=starting.make_run() if plan.tries_make_run else None,
    )


def _publish(results: report.Results, page: Path) -> None:
    text = report.page(results)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    say()
    say(text)
    say(f"Written to {page.relative_to(paths.ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
