"""What people wrote by hand points at things that are there."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob(".github/*.md")),
    *sorted(ROOT.glob("apps/*/README.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)
_NOT_OF_AN_ANCHOR = re.compile(r"[^\w\- ]")
_TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<test>\w+)`")


def broken_links(page: Path) -> list[str]:
    """Return the relative links of a page that lead nowhere."""
    targets = (match["target"] for match in _LINK.finditer(_prose_of(page)))
    relative = (target for target in targets if "://" not in target)
    return [target for target in relative if not _leads_somewhere(page, target)]


def _prose_of(page: Path) -> str:
    return _FENCE.sub("", page.read_text())


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = page.parent / name if name else page
    return there.exists() and (not anchor or anchor in _anchors_of(there))


def _anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = (match["words"].lower() for match in _HEADING.finditer(_prose_of(page)))
    return {_NOT_OF_AN_ANCHOR.sub("", heading).replace(" ", "-") for heading in headings}


def absent_tests(page: Path) -> list[str]:
    """Return the tests a page names that do not exist."""
    return [
        match[0]
        for match in _TEST.finditer(page.read_text())
        if not (ROOT / match["file"]).is_file()
        or not re.search(
            rf"^(async )?def {match['test']}\(", (ROOT / match["file"]).read_text(), re.MULTILINE
        )
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not broken_links(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_is_named_exists(page: Path) -> None:
    assert not absent_tests(page)


def test_rules_bite(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page, with `words`\n"
        "[there](page.md) [not](gone.md) [far](https://example.com)\n"
        "[below](#a-page-with-words) [itself](page.md#a-page-with-words) [nowhere](page.md#end)\n"
        "`tests/docs/test_links.py::test_rules_bite` `tests/docs/test_links.py::test_nowhere`\n"
        "```\n[code](never.md)\n```\n"
    )

    assert broken_links(page) == ["gone.md", "page.md#end"]
    assert absent_tests(page) == ["`tests/docs/test_links.py::test_nowhere`"]


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text()
    pages = sorted(path.name for path in ROOT.glob("docs/decisions/0*.md"))

    assert pages
    assert not [name for name in pages if f"({name})" not in listed]
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
