"""A scaffolded app is at home at once: migrations, floors, style and its own tests agree."""

import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from tests.architecture.sources import ROOT

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The source tree as it stands here, to be changed freely."""
    root = tmp_path / "copy"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    return root


def _run(root: Path, *command: str) -> str:
    """Run a Python module or script in the copy; fail with its output if it fails."""
    # A database of its own on the server of these tests; xdist's name would split it further.
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/scaffolded").geturl()
    result = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment | {"DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    return output


def test_a_new_app_is_at_home_at_once(copy: Path) -> None:
    _run(copy, "manage.py", "new_app", "house_keys", "--beside", "buildings")

    _run(copy, "manage.py", "makemigrations", "--check", "--dry-run", "house_keys")
    ours = ("apps/house_keys", "tests/apps/house_keys", "tests/factories/house_keys.py")
    _run(copy, "-m", "ruff", "check", "--no-cache", *ours)
    _run(copy, "-m", "ruff", "format", "--no-cache", "--check", *ours)
    _run(copy, str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    tests = ("tests/apps/house_keys", "tests/cast", "tests/architecture/test_models.py")
    output = _run(copy, "-m", "pytest", "-p", "no:cacheprovider", "-k", "house_keys", *tests)
    assert " passed" in output


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("buildings", "--beside", "accounts"), "taken"),
        (("sessions", "--beside", "accounts"), "taken"),
        (("errors", "--beside", "accounts"), "taken"),
        (("utils", "--beside", "accounts"), "says nothing"),
        (("Gardens", "--beside", "accounts"), "no name"),
        (("gardens", "--beside", "nobody"), "There is no app"),
        (("gardens", "--floor", "cellar"), "no single floor"),
        (("gardens", "--above", "buildings"), "needs a purpose"),
        (("gardens",), "Say where it stands"),
    ],
)
def test_a_bad_wish_is_refused_and_changes_nothing(arguments: tuple[str, ...], reason: str) -> None:
    before = (ROOT / "pyproject.toml").read_text()

    with pytest.raises(CommandError, match=rf"{reason}.*Nothing was changed"):
        call_command("new_app", *arguments, stdout=StringIO())

    assert (ROOT / "pyproject.toml").read_text() == before
    assert not (ROOT / "apps" / "gardens").exists()
