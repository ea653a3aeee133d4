"""The changelog and the project agree on the version; the README names the two commands."""

import re
import tomllib

from tests.architecture.sources import ROOT

HEADING = re.compile(
    r"^## (?P<version>\d+\.\d+\.\d+) - (unreleased|\d{4}-\d{2}-\d{2})$", re.MULTILINE
)
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_newest_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = HEADING.search((ROOT / "CHANGELOG.md").read_text())

    assert newest is not None
    assert newest["version"] == project["version"]


def test_changes_are_sorted_as_keep_a_changelog_says() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()

    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= SECTIONS


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()

    assert "make run" in text
    assert "make test" in text
    assert "does not do yet" in text
