"""What the bench of images says, and when a figure is none."""

import dataclasses

from bench import bytes_tables
from bench.figures import Sample
from bench.goals import MAINSTAY
from bench.images import Ask, ImageFigures, ServerFigures, Thumbnails
from bench.steady import Steady


def server(name: str, *, per_second: float, failures: int = 0) -> ServerFigures:
    sample = Sample(per_second=per_second, cpu_ms=1000 / per_second, failures=failures)
    return ServerFigures(
        name=name,
        about=f"{name} itself",
        samples={ask: [sample] for ask in Ask},
        steady=Steady(per_second=2000, p95_ms=2.5, failures=0),
        mib=200,
    )


FIGURES = ImageFigures(
    servers=[
        server(MAINSTAY, per_second=100),
        server("thumbor", per_second=10),
        server("ipx", per_second=80),
    ],
    ours=Thumbnails(per_second=40, mib=120),
    sharp=Thumbnails(per_second=20, mib=90),
)


def test_goals_are_ratios_to_each_peer() -> None:
    goals = {(goal.subject, goal.wording): goal for goal in FIGURES.goals()}

    assert goals["a picture, miss", "≥ 3 times thumbor"].measured == 10
    assert goals["a picture, miss", "≥ 1 times ipx"].is_met
    assert goals["thumbnails of one core", "≥ 1 times sharp"].measured == 2
    assert all(goal.is_met for goal in goals.values())


def test_server_that_failed_has_no_ratio() -> None:
    thumbor = server("thumbor", per_second=10, failures=1)
    figures = dataclasses.replace(
        FIGURES, servers=[FIGURES.servers[0], thumbor, *FIGURES.servers[2:]]
    )

    goals = {(goal.subject, goal.wording): goal.is_met for goal in figures.goals()}

    assert goals["a picture, hit", "≥ 5 times thumbor"] is None
    assert "| thumbor | failed | failed | failed |" in "\n".join(bytes_tables.images(figures))


def test_tables_put_everybody_side_by_side() -> None:
    text = "\n".join(bytes_tables.images(FIGURES))

    assert (
        "| Mainstay | 100 / 10.000 | 100 / 10.000 | 100 / 10.000 | 2,000/s, 2.5 ms | 200 |" in text
    )
    assert "| ipx | 1.25 | 1.25 | 1.25 |" in text
    assert "sharp 20/s in 90 MiB" in text


def test_peer_that_is_not_there_is_named_with_its_reason() -> None:
    ipx = ServerFigures(name="ipx", about="", unavailable="npm is missing")
    figures = dataclasses.replace(FIGURES, servers=[*FIGURES.servers[:2], ipx], sharp="no npm")

    text = "\n".join(bytes_tables.images(figures))

    assert "No ipx: npm is missing" in text
    assert "No sharp: no npm" in text
