"""Stale files are told with their difference, and refreshed."""

from pathlib import Path

import pytest

from apps.kernel.ports import GeneratedFile
from apps.kernel.reference import freshness
from apps.kernel.reference.freshness import refresh, stale_files
from apps.kernel.registry import Registry


@pytest.fixture(autouse=True)
def one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Registry[GeneratedFile] = Registry("generated file")
    registry.register(GeneratedFile("docs/reference/page.md", lambda: "first\nsecond"))
    monkeypatch.setattr(freshness, "generated_files", registry)


def test_a_missing_file_is_stale(tmp_path: Path) -> None:
    (stale,) = stale_files(tmp_path)

    assert stale.name == "docs/reference/page.md"


def test_a_refreshed_file_is_no_longer_stale(tmp_path: Path) -> None:
    assert refresh(tmp_path) == ["docs/reference/page.md"]

    assert stale_files(tmp_path) == []
    assert refresh(tmp_path) == []
    assert (tmp_path / "docs/reference/page.md").read_text() == "first\nsecond\n"


def test_the_difference_shows_what_would_change(tmp_path: Path) -> None:
    refresh(tmp_path)
    (tmp_path / "docs/reference/page.md").write_text("first\nchanged by hand\n")

    (stale,) = stale_files(tmp_path)

    assert "-changed by hand\n+second\n" in stale.difference()
