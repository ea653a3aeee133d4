"""Writing a new app: everything is decided and rendered before the first file is touched."""

import importlib.util
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from string import Template

from apps.kernel.scaffold.names import NameRefused, Names
from apps.kernel.scaffold.placement import Place, with_installed, with_layer

TEMPLATES = Path(__file__).parent / "templates"
PYPROJECT = Path("pyproject.toml")
INSTALLED = Path("config/settings/apps.py")


def write_app(root: Path, names: Names, place: Place) -> list[Path]:
    """Write the app, its tests and its two lines below a root; return the new files.

    Raises NameRefused or PlaceRefused, and leaves the tree as it was.
    """
    created = rendered(names)
    _refuse_existing(root, created)
    changed = {
        PYPROJECT: with_layer((root / PYPROJECT).read_text(), names.app, place),
        INSTALLED: with_installed((root / INSTALLED).read_text(), names.app, place.neighbour),
    }
    for path, text in (created | changed).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    _bring_into_form(root, created)
    return sorted(created)


def rendered(names: Names) -> dict[Path, str]:
    """Return the files of the app, by their paths from the root."""
    homes = {
        "app": Path("apps", names.app),
        "tests": Path("tests", "apps", names.app),
        "factory.py.tpl": Path("tests", "factories", f"{names.app}.py"),
    }
    files = {}
    for template in sorted(TEMPLATES.rglob("*.tpl")):
        first, *rest = template.relative_to(TEMPLATES).parts
        path = homes[first].joinpath(*rest)
        path = path.with_name(path.name.removesuffix(".tpl"))
        files[path] = Template(template.read_text()).substitute(names.placeholders())
    return files


def _refuse_existing(root: Path, files: Collection[Path]) -> None:
    existing = sorted(str(path) for path in files if (root / path).exists())
    if existing:
        raise NameRefused(f"There is something already: {', '.join(existing)}.")


def _bring_into_form(root: Path, files: Collection[Path]) -> None:
    """Sort imports and break lines, which depend on how long the names are."""
    if importlib.util.find_spec("ruff") is None:
        return
    modules = [str(path) for path in files if path.suffix == ".py"]
    for command in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
        arguments = [sys.executable, "-m", "ruff", *command, *modules]
        subprocess.run(arguments, cwd=root, check=True)  # noqa: S603  our own arguments
