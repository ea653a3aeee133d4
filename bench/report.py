"""The page with the figures of a run, and its tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.kernel.reference import markdown
from bench import bytes_tables, caching, comparison, sync_figures
from bench.caching import CachingFigures
from bench.cells import Cell
from bench.fan_out import RATES, STEADY, FanOutFigures
from bench.figures import PeerFigures
from bench.goals import MAINSTAY, Goal, of_traffic
from bench.hooks import HookFigures
from bench.images import ImageFigures
from bench.log import LogFigures
from bench.machine import Surroundings
from bench.plan import Plan
from bench.pushes import SERVICES, PushFigures
from bench.starting import StartFigures
from bench.sync_figures import SyncFigures
from bench.uploads import UploadFigures
from bench.wording import shown, without_paths

NOTICE = "<!-- Written by `make bench`; run it again instead of changing a figure. -->"


@dataclass(frozen=True, kw_only=True)
class Results:
    """All that a run has found; a part that failed says why."""

    plan: Plan
    surroundings: Surroundings
    are_cores_apart: bool
    traffic: Sequence[PeerFigures]
    hooks: HookFigures | str
    pushes: PushFigures | str
    fan_out: FanOutFigures | str
    uploads: UploadFigures | str
    images: ImageFigures | str
    cache: CachingFigures | str
    sync: SyncFigures | str
    log: LogFigures | str
    start: StartFigures | str

    def goals(self) -> Iterator[Goal]:
        """Yield every goal with what was measured for it."""
        yield from of_traffic(self.traffic)
        for part in (
            self.hooks,
            self.pushes,
            self.fan_out,
            self.uploads,
            self.images,
            self.cache,
            self.sync,
            self.log,
            self.start,
        ):
            if not isinstance(part, str):
                yield from part.goals()


def page(results: Results) -> str:
    """Return the page in Markdown."""
    parts = [
        "# Performance",
        NOTICE,
        _INTRODUCTION,
        markdown.section("Goals", _goals(results)),
        markdown.section("HTTP", *comparison.paragraphs(results.traffic)),
        markdown.section("Webhooks", _hooks(results.hooks)),
        markdown.section("Push notifications", _pushes(results.pushes)),
        markdown.section("Realtime", _fan_out(results.fan_out)),
        markdown.section("Uploads", bytes_tables.uploads(results.uploads)),
        markdown.section("Images", *bytes_tables.images(results.images)),
        markdown.section("Cache", caching.table(results.cache)),
        markdown.section("Sync", *sync_figures.paragraphs(results.sync)),
        markdown.section("Event log", _log(results)),
        markdown.section("Starting", _start(results.start)),
        markdown.section("How it was measured", *_method(results)),
    ]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = (
    "What Mainstay costs beside its peers, found by `make bench` in one run on one machine. "
    "Compare ratios, not figures: another machine gives other figures. No test depends on them."
)


def _goals(results: Results) -> str:
    rows = [
        (goal.subject, goal.wording, _measured(goal), _verdict(goal)) for goal in results.goals()
    ]
    return markdown.table(("What", "Goal", "Measured", ""), rows)


def _measured(goal: Goal) -> str:
    if goal.measured is None:
        return "not measured"
    unit = goal.unit if goal.unit in {"/s", ""} else f" {goal.unit}"
    return f"{shown(goal.measured)}{unit}"


def _verdict(goal: Goal) -> str:
    return {True: "met", False: "**missed**", None: ""}[goal.is_met]


def _hooks(figures: HookFigures | str) -> str:
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    return markdown.table(
        ("", ""),
        [
            (
                "fanned out from the event log",
                f"{shown(figures.fanned_out_per_second)} deliveries/s",
            ),
            ("delivered by one worker process on one core", f"{shown(figures.per_second)}/s"),
            ("delivered per CPU second of the worker", shown(figures.per_cpu_second)),
            ("CPU of the worker per delivery", f"{1000 / figures.per_cpu_second:.3f} ms"),
            (
                "deliveries, to endpoints, in rounds",
                f"{figures.deliveries:,} to {figures.endpoints} in {figures.rounds}",
            ),
            ("recorded as succeeded", f"{figures.succeeded:,}"),
            ("requests counted by the receiver", f"{figures.received:,}"),
            ("different ones among them", f"{figures.different:,}"),
            ("lost", f"{figures.lost:,}"),
        ],
    )


def _pushes(figures: PushFigures | str) -> str:
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    return markdown.table(
        ("", *(SERVICES[each.service] for each in figures.services)),
        [
            ("pushed by one worker process on one core", *_rates(figures)),
            (
                "pushed per CPU second of the worker",
                *(shown(each.per_cpu_second) for each in figures.services),
            ),
            (
                f"deliveries, in {figures.rounds} rounds",
                *(f"{each.deliveries:,}" for each in figures.services),
            ),
            ("recorded as accepted", *(f"{each.accepted:,}" for each in figures.services)),
            (
                "requests counted by the service",
                *(f"{each.requests:,}" for each in figures.services),
            ),
            ("sent twice", *(f"{each.duplicates:,}" for each in figures.services)),
            ("lost", *(f"{each.lost:,}" for each in figures.services)),
        ],
    )


def _rates(figures: PushFigures) -> Iterator[str]:
    return (f"{shown(each.per_second)}/s" for each in figures.services)


def _fan_out(figures: FanOutFigures | str) -> str:
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    rooms = [each for each in (figures.ours, figures.theirs) if not isinstance(each, str)]
    at = f"at {STEADY * rooms[0].connections:,} deliveries/s"
    return markdown.table(
        ("", *(each.name for each in rooms)),
        [
            (
                "most deliveries by one process on one core, nothing lost",
                *(f"{shown(each.most_per_second)}/s" for each in rooms),
            ),
            (f"latency {at}: p50", *(f"{each.steady.p50:.1f} ms" for each in rooms)),
            (f"latency {at}: p95", *(f"{each.steady.p95:.1f} ms" for each in rooms)),
            (f"latency {at}: p99", *(f"{each.steady.p99:.1f} ms" for each in rooms)),
            (f"CPU {at}", *(f"{each.steady.cpu_share:.0%}" for each in rooms)),
            (
                f"CPU at {RATES[-1] * rooms[0].connections:,} offered",
                *(f"{each.rising[-1].cpu_share:.0%}" for each in rooms),
            ),
            ("memory per connection", *(f"{each.kib_per_connection:.0f} KiB" for each in rooms)),
            ("connections in the room", *(f"{each.connections:,}" for each in rooms)),
        ],
    )


def _log(results: Results) -> str:
    figures = results.log
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    row = f"{figures.row_ms:.3f} ms, {figures.row_cpu_ms:.3f} ms CPU"
    both = f"{figures.row_and_event_ms:.3f} ms, {figures.row_and_event_cpu_ms:.3f} ms CPU"
    return markdown.table(
        ("", ""),
        [
            (
                f"read of {figures.events:,} by one consumer that does nothing",
                f"{shown(figures.read_per_second)} events/s",
            ),
            ("read per CPU second of the consumer", shown(figures.read_per_cpu_second)),
            ("a row written in a transaction of its own", row),
            ("the same with `announce`", both),
            ("added by `announce` to that row", f"{100 * figures.added_to_row:.0f} %"),
            (
                "a `create` of the API within the process, without and with `announce`",
                f"{figures.request_ms:.3f} ms, {figures.request_and_event_ms:.3f} ms",
            ),
            ("added by `announce` to that", f"{100 * figures.added_to_request:.0f} %"),
            *_share_of_request(results.traffic, figures),
        ],
    )


def _share_of_request(peers: Sequence[PeerFigures], log: LogFigures) -> Iterator[tuple[str, str]]:
    """Yield what announcing is of a whole request that writes, if that was measured."""
    created = next((peer.figure(Cell.CREATE) for peer in peers if peer.name == MAINSTAY), None)
    if created is not None:
        share = (log.row_and_event_cpu_ms - log.row_cpu_ms) / created.cpu_ms
        yield "`announce` as a part of the CPU of a whole `create`", f"{100 * share:.0f} %"


def _start(figures: StartFigures | str) -> str:
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    checked = f"{figures.check_seconds:.2f} s, {figures.check_cpu_seconds:.2f} s CPU"
    rows = [("`manage.py check`", checked)]
    if figures.worker_mib is not None:
        rows.append(("idle memory of a web worker", f"{figures.worker_mib:.0f} MiB"))
    if figures.make_run is not None:
        ready = figures.make_run
        text = without_paths(ready) if isinstance(ready, str) else f"{ready:.1f} s"
        rows.append(("`make run` in a fresh copy, until `Ready`, caches warm", text))
    return markdown.table(("", ""), rows)


def _method(results: Results) -> Iterator[str]:
    plan, spread = results.plan, 100 * _largest_spread(results.traffic)
    yield _METHOD.format(plan=plan)
    if plan.rounds > 1:
        yield (
            f"A figure is the median of {plan.rounds} rounds; the most that the rounds of one "
            f"cell lay apart is {spread:.0f} %."
        )
    about = [(peer.name, peer.about) for peer in results.traffic]
    yield markdown.table(("Peer", "What runs"), about) if about else ""
    yield "\n".join(f"- {line}" for line in _facts(results))


_METHOD = (
    "Every server has one process and one core; the load comes from wrk with {plan.connections} "
    "connections on another core; PostgreSQL and Redis have the remaining ones and are the same "
    "for all. PostgreSQL does not wait for the disk. Everything is on loopback. Each table has "
    "{plan.rows:,} rows with a description of 500 characters; `list 20` is the newest 20 of them, "
    "`get one` takes {plan.known_rows} rows in turn, `304` is a `get one` of an unchanged row, "
    "and {plan.users} access tokens take turns. Peers verify a token and run the query, nothing "
    "else; Mainstay has everything on that is on in production, with rate limits that count as "
    "ever but are raised so far that they refuse nobody. All servers run throughout; a round loads "
    "each of them for {plan.seconds} s per cell, one right after the other. CPU is user and system "
    "time of all processes of the server. The guard is what a signed-in view that does nothing "
    "costs more than such a view in Django without any middleware: answered in the short lane, as "
    "hot reads are, and by Django, as all else is."
)


def _largest_spread(peers: Sequence[PeerFigures]) -> float:
    figures = (peer.figure(cell) for peer in peers for cell in Cell)
    return max((figure.spread for figure in figures if figure), default=0.0)


def _facts(results: Results) -> Iterator[str]:
    where = results.surroundings
    yield f"{where.date}, commit {where.commit}, a {results.plan.name} run"
    yield (
        f"{where.processor}, {where.cores} cores, {where.memory_gib:.0f} GiB, {where.system}; "
        f"load average {where.load_before:.1f} before and {where.load_after:.1f} after"
    )
    if not results.are_cores_apart:
        yield "this machine has too few cores to keep the load and the stores apart"
    yield ", ".join(f"{name} {version}" for name, version in where.versions.items() if version)
