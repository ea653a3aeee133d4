"""The page says what was measured, and what was not."""

import dataclasses

from bench.report import NOTICE, page
from tests.bench.figures_of import RESULTS


def test_page_judges_every_goal() -> None:
    text = page(RESULTS)

    assert "| /health/live | ≥ 10,000/s | 12,000/s | met |" in text
    assert "| list 20 | ≥ 2 times fastify + pg | not measured |  |" in text
    assert "| lost of 100,000 deliveries | 0 | 1 | **missed** |" in text
    assert "| what `announce` adds to a `create` of the API | ≤ 10 % | 5 % | met |" in text
    assert "| `manage.py check` | ≤ 1.5 s | 1.60 s | **missed** |" in text


def test_page_says_where_of_what_and_when() -> None:
    text = page(RESULTS)

    assert text.startswith(f"# Performance\n\n{NOTICE}\n")
    assert "- 2026-11-22 03:00 UTC, commit 0123456789, a full run" in text
    assert "load average 0.1 before and 3.5 after" in text
    assert "- Python 3.11.7\n" in text


def test_part_that_failed_says_why_and_has_no_goals() -> None:
    text = page(dataclasses.replace(RESULTS, hooks="deliver failed", log="left out"))

    assert "## Webhooks\n\nNot measured: deliver failed." in text
    assert "events read by one consumer" not in text


def test_start_that_did_not_come_up_is_shown_as_such() -> None:
    assert "until `Ready`, caches warm | it broke |" in page(RESULTS)
