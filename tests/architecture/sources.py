"""Rules about source text: pure functions, each tested with a good and a bad example."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("apps", "config", "devstack", "tests")
# A file of that name holds whatever fits nowhere else; name the idea instead.
DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "core", "lib", "misc"})


def modules(*packages: str) -> Iterator[Path]:
    """Every Python file of the project, relative to its root; migrations left out."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"migrations", "__pycache__"} & set(path.parts):
                yield path.relative_to(ROOT)


def begins_with_docstring(source: str) -> bool:
    """Tell whether a module says what lives there."""
    return ast.get_docstring(ast.parse(source)) is not None


def is_drawer(path: Path) -> bool:
    """Tell whether a file or one of its folders has a name that says nothing."""
    return bool(DRAWERS & {*path.parts[:-1], path.stem})


def asks_registry_for_models(source: str) -> bool:
    """Tell whether a module gets a model by name, a way around the doors without an import."""
    names = {"get_model", "get_registered_model"}
    return any(_name(node) in names for node in ast.walk(ast.parse(source)))


def uses_model_signals(source: str) -> bool:
    """Tell whether a module connects to, or sends, a signal of Django's models."""
    return any(_is_signals(node) for node in ast.walk(ast.parse(source)))


def holds_logic(source: str) -> bool:
    """Tell whether a module has a function worth a test of its own.

    Declarations (also Protocols), ``__str__`` and the like, and Django's Meta are none.
    """
    return any(_is_logic(node) for node in _functions(ast.parse(source)))


def mirror_of(module: Path) -> Path:
    """Return the test file that belongs to a module."""
    return Path("tests", *module.parts[:-1], f"test_{module.name}")


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_signals(node: ast.AST) -> bool:
    package = "django.db.models.signals"
    if isinstance(node, ast.Import):
        return any(alias.name == package for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        imported = {f"{node.module}.{alias.name}" for alias in node.names}
        return node.module == package or package in imported
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "models.signals"


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    protocols = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "Protocol" in {_base(base) for base in node.bases}
        for child in node.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node not in protocols:
            yield node


def _base(base: ast.expr) -> str:
    return _name(base.value if isinstance(base, ast.Subscript) else base)


def _is_logic(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if function.name in {"__str__", "__repr__"}:
        return False
    return len(_without_docstring(function.body)) > 0


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    return [
        statement
        for statement in body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
