"""The page of the floors: which app stands where, and which app imports which."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from apps.kernel.floors import Floor, read_floors
from apps.kernel.reference.markdown import code, page, section, table
from apps.kernel.reference.picture import draw_floors


def floors_page(root: Path) -> str:
    """Return the page for the source tree below a root."""
    floors = read_floors(root / "pyproject.toml")
    imports = imports_between_apps(root)
    return page(
        "Floors",
        "Imports go down only: an app may import any app below its own floor, and none beside or "
        "above. The order stands once, in the import contracts of `pyproject.toml`; "
        "`make lint` holds it.",
        "![The floors of Mainstay and the imports between its apps](floors.svg)",
        "The picture leaves out two kinds of lines: those to `kernel`, which everybody uses, and "
        "those that follow from others drawn. The table has them all.",
        section("Apps", _apps_table(root, floors, imports)),
    )


def floors_picture(root: Path) -> str:
    """Return the picture beside the page, as SVG."""
    return draw_floors(read_floors(root / "pyproject.toml"), imports_between_apps(root))


def imports_between_apps(root: Path) -> dict[str, set[str]]:
    """Return which apps each app imports, read from the source below a root."""
    return {
        folder.name: {app for module in folder.rglob("*.py") for app in _imported_apps(module)}
        - {folder.name}
        for folder in sorted(path.parent for path in root.glob("apps/*/apps.py"))
    }


def _imported_apps(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("apps."):
                yield name.split(".")[1]


def _apps_table(root: Path, floors: list[Floor], imports: Mapping[str, set[str]]) -> str:
    rows = [
        (floor.purpose, code(app), _purpose(root, app), _names(imports.get(app, set())))
        for floor in floors
        for app in floor.apps
    ]
    return table(("Floor", "App", "What it is", "Imports"), rows)


def _purpose(root: Path, app: str) -> str:
    source = (root / "apps" / app / "__init__.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def _names(apps: set[str]) -> str:
    return ", ".join(code(app) for app in sorted(apps))
