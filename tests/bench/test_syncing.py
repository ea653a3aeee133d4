"""What the bench of sync says, and that its phones ask as phones do."""

import dataclasses

import pytest

from bench.house import ErrandFailed
from bench.phones import pull_path
from bench.sync_figures import Crowd, First, Side, SyncFigures, Times, paragraphs
from bench.syncing import times_of

FIGURES = SyncFigures(
    rows=1_000_000,
    database_ms=1.5,
    changed=Times(p50=8, p95=12),
    unchanged=Times(p50=2.5, p95=4),
    push=Times(p50=60, p95=80),
    first=First(rows=100_000, rows_per_second=60_000, mib_per_second=40),
    crowd=Crowd(times=Times(p50=9, p95=30), pulls=3000, unanswered=0, cpu_share=0.4),
    ours=Side(per_second=300, cpu_ms=3),
    theirs=Side(per_second=50, cpu_ms=20),
)


def test_goals_are_ceilings_of_time_and_floors_of_rates() -> None:
    met = {goal.subject: goal.is_met for goal in FIGURES.goals()}

    assert met == {
        "a pull of 100 changes of 1,000,000 rows: in the database": True,
        "a pull of 100 changes of 1,000,000 rows": True,
        "a pull where nothing changed": True,
        "a push of 100 operations": False,
        "the first sync of 100,000 rows": True,
        "unanswered of 3,000 pulls by 1,000 phones": True,
        "100 changes since, of 1,000,000 rows": True,
    }


def test_phone_that_got_no_answer_misses_the_goal() -> None:
    crowd = dataclasses.replace(FIGURES.crowd, unanswered=1)

    goals = dataclasses.replace(FIGURES, crowd=crowd).goals()

    assert [goal.is_met for goal in goals if goal.subject.startswith("unanswered")] == [False]


def test_table_tells_both_sides() -> None:
    text = "\n".join(paragraphs(FIGURES))

    assert "| the same in all: p50, p95 | 8 ms, 12 ms |" in text
    assert "| CPU for them | 40% |" in text
    assert "| the same of parse-server | 50/s, 20.000 ms CPU |" in text


def test_peer_that_is_not_there_leaves_no_ratio() -> None:
    alone = dataclasses.replace(FIGURES, theirs="npm is missing")

    assert [goal.is_met for goal in alone.goals()][-1] is None
    assert "No parse-server: npm is missing" in "\n".join(paragraphs(alone))


def test_part_that_failed_says_why() -> None:
    assert list(paragraphs("left out")) == ["Not measured: left out."]


def test_phone_without_a_checkpoint_asks_for_everything() -> None:
    assert pull_path(7, None) == "/api/v1/sync/pull?device=phone-7"
    assert pull_path(7, 42) == "/api/v1/sync/pull?device=phone-7&checkpoint=42"


def test_middle_and_slow_end_are_told_of_what_was_taken() -> None:
    assert times_of([1.0, 2.0, 3.0]).p50 == 2

    with pytest.raises(ErrandFailed):
        times_of([1.0])
