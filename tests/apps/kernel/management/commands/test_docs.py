"""`manage.py docs` writes what is stale, and with --check only complains."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.kernel.ports import GeneratedFile
from apps.kernel.reference import freshness
from apps.kernel.registry import Registry


@pytest.fixture
def root(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Path:
    registry: Registry[GeneratedFile] = Registry("generated file")
    registry.register(GeneratedFile("docs/page.md", lambda: "the truth"))
    monkeypatch.setattr(freshness, "generated_files", registry)
    settings.BASE_DIR = tmp_path
    return tmp_path


def _docs(*arguments: str) -> str:
    output = StringIO()
    call_command("docs", *arguments, stdout=output)
    return output.getvalue()


def test_stale_files_are_written_and_named(root: Path) -> None:
    assert _docs() == "wrote docs/page.md\n"

    assert (root / "docs/page.md").read_text() == "the truth\n"
    assert _docs() == ""


def test_check_fails_with_the_difference_and_the_cure(root: Path) -> None:
    output = StringIO()

    with pytest.raises(CommandError, match=r"docs/page\.md\. Run `make docs`"):
        call_command("docs", "--check", stdout=output)

    assert "+the truth" in output.getvalue()
    assert not (root / "docs/page.md").exists()


def test_check_is_content_once_written(root: Path) -> None:
    _docs()

    assert "says what the code says" in _docs("--check")
