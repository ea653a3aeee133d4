"""The tables of uploads and images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apps.kernel.reference import markdown
from bench.goals import MAINSTAY
from bench.images import EDGES, STEADY_PER_SECOND, Ask, ImageFigures, ServerFigures, times
from bench.uploads import UploadFigures
from bench.wording import shown, without_paths

_LEGEND = (
    "Requests per second / milliseconds of CPU per request, of one server on one core. A miss is a "
    "photo of 4000x3000 fetched over HTTP and made a JPEG of 600x600; a hit is the same one again. "
    f"The steady load is {STEADY_PER_SECOND:,} hits a second: how many were answered, and the p95."
)


def uploads(figures: UploadFigures | str) -> str:
    """Return the table of uploads."""
    if isinstance(figures, str):
        return f"Not measured: {without_paths(figures)}."
    servers = [each for each in (figures.ours, figures.theirs) if each.sent]
    table = markdown.table(
        ("", *(each.name for each in servers)),
        [
            (
                f"{figures.mib:,} MiB in one request",
                *(f"{shown(each.mib_per_second or 0)} MiB/s" for each in servers),
            ),
            ("CPU for it", *(f"{each.cpu_seconds:.2f} s" for each in servers)),
            ("added to memory, at most", *(f"{each.grown_mib:.0f} MiB" for each in servers)),
        ],
    )
    reason = figures.theirs.unavailable
    return f"{table}\n\nNo {figures.theirs.name}: {without_paths(reason)}" if reason else table


def images(figures: ImageFigures | str) -> Iterator[str]:
    """Yield the tables of images, and why some servers have none."""
    if isinstance(figures, str):
        yield f"Not measured: {without_paths(figures)}."
        return
    there = [server for server in figures.servers if not server.unavailable]
    head = [column.value for column in Ask]
    yield _LEGEND
    yield markdown.table(("", *head, "steady", "MiB"), map(_row, there))
    yield from (
        f"No {server.name}: {without_paths(server.unavailable)}"
        for server in figures.servers
        if server.unavailable
    )
    yield "How many times as many pictures a second Mainstay gives:"
    yield markdown.table(("Mainstay to", *head), _ratios(there))
    yield _thumbnails(figures)
    yield markdown.table(("Server", "What runs"), [(each.name, each.about) for each in there])


def _row(server: ServerFigures) -> Sequence[str]:
    kept_up = server.steady
    steady = f"{kept_up.per_second:,.0f}/s, {kept_up.p95_ms:.1f} ms" if kept_up else ""
    return (server.name, *(_cell(server, ask) for ask in Ask), steady, f"{server.mib:.0f}")


def _cell(server: ServerFigures, ask: Ask) -> str:
    figure = server.figure(ask)
    return f"{shown(figure.per_second)} / {figure.cpu_ms:.3f}" if figure else "failed"


def _ratios(servers: Sequence[ServerFigures]) -> Iterator[Sequence[str]]:
    ours = next((server for server in servers if server.name == MAINSTAY), None)
    for server in servers:
        if ours is not None and server is not ours:
            ratios = (times(ours, server, ask) for ask in Ask)
            yield (server.name, *("" if each is None else f"{each:.2f}" for each in ratios))


def _thumbnails(figures: ImageFigures) -> str:
    edges = ", ".join(map(str, EDGES))
    edges = ", ".join(map(str, EDGES))
    ours, sharp = figures.ours, figures.sharp
    said = (
        f"Thumbnails of {edges} as WebP and JPEG, by one process on one core, each time from one "
        "decode of the photo: "
        f"{shown(ours.per_second)}/s in {ours.mib:.0f} MiB"
    )
    if isinstance(sharp, str):
        return f"{said}. No sharp: {without_paths(sharp)}"
    return f"{said}; sharp {shown(sharp.per_second)}/s in {sharp.mib:.0f} MiB."
