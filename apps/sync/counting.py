"""Counting what devices pulled and pushed, for the metrics."""

from collections import Counter
from collections.abc import Sequence

from apps.sync.metrics import (
    OPERATIONS,
    PULLED_CHARACTERS,
    PULLED_ROWS,
    PULLS,
    PUSHES,
    REPLACEMENTS,
)
from apps.sync.types import Page, Replacement, Result, Strategy

_REASONS = {str(each.label): each.value for each in Replacement}


def count_page(page: Page, *, has_base: bool, because: str) -> None:
    """Count a page: whether the device had anything before, and why it got the full set, if so."""
    rows = sum(len(table.rows) + len(table.deleted) for table in page.tables)
    PULLS.labels(_kind(page, has_base=has_base, rows=rows)).inc()
    if rows:
        PULLED_ROWS.inc(rows)
        PULLED_CHARACTERS.inc(sum(len(row) for table in page.tables for row in table.rows))
    if because and page.is_first:
        REPLACEMENTS.labels(_REASONS[because]).inc()


def count_push(results: Sequence[Result]) -> None:
    """Count a push and its operations."""
    PUSHES.inc()
    outcomes = Counter(
        "repeated" if result.is_repeated else result.outcome.value for result in results
    )
    for outcome, count in outcomes.items():
        OPERATIONS.labels(outcome).inc(count)


def _kind(page: Page, *, has_base: bool, rows: int) -> str:
    if page.strategy is Strategy.REPLACEMENT:
        return "replacement"
    if not has_base:
        return "full"
    return "incremental" if rows else "unchanged"
