"""A tiny tree of packages under the project's own import contracts, to plant violations in."""

import json
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRACTS = Path("tests/architecture/contracts.py")


def contract_settings() -> dict[str, Any]:
    """The project's import-linter settings, as pyproject.toml has them."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts: dict[str, Any] = settings["tool"]["importlinter"]
    return contracts


def floors() -> list[tuple[str, ...]]:
    """The apps of each floor, top to bottom."""
    contract = next(c for c in contract_settings()["contracts"] if c["id"] == "floors")
    return [tuple(app.strip() for app in layer.split("|")) for layer in contract["layers"]]


@dataclass(frozen=True)
class Verdict:
    """What import-linter said of a tree."""

    succeeded: bool
    text: str

    def has_broken(self, contract: str) -> bool:
        """Tell whether the contract of that id was found broken."""
        return f"{_name_of(contract)} BROKEN" in self.text


@dataclass(frozen=True)
class PlantedTree:
    """A package `config` and an empty package for every app, under the same contracts."""

    root: Path

    @classmethod
    def grown_in(cls, root: Path) -> "PlantedTree":
        """Make the clean tree below a folder."""
        tree = cls(root)
        tree.plant("config/__init__.py", "")
        for app in (app for floor in floors() for app in floor):
            tree.plant(f"apps/{app}/apps.py", "")
        (root / CONTRACTS.parent).mkdir(parents=True)
        shutil.copy(ROOT / CONTRACTS, root / CONTRACTS)
        (root / "pyproject.toml").write_text(_as_toml(contract_settings()))
        return tree

    def plant(self, path: str, source: str) -> None:
        """Write a module, and the packages above it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
        for package in Path(path).parents[:-1]:
            (self.root / package / "__init__.py").touch()

    def lint(self) -> Verdict:
        """Run import-linter over the tree."""
        program = Path(sys.executable).parent / "lint-imports"
        command = [str(program), "--no-cache", "--no-logo"]
        result = subprocess.run(
            command, cwd=self.root, capture_output=True, text=True, check=False, timeout=60
        )
        return Verdict(result.returncode == 0, result.stdout + result.stderr)


def _name_of(contract: str) -> str:
    return next(str(c["name"]) for c in contract_settings()["contracts"] if c["id"] == contract)


def _as_toml(settings: dict[str, Any]) -> str:
    contracts = settings["contracts"]
    lines = ["[tool.importlinter]", *_assignments(settings)]
    for contract in contracts:
        lines += ["[[tool.importlinter.contracts]]", *_assignments(contract)]
    return "\n".join(lines) + "\n"


def _assignments(table: dict[str, Any]) -> list[str]:
    # JSON's scalars and lists of text are TOML, too.
    return [f"{key} = {json.dumps(value)}" for key, value in table.items() if key != "contracts"]
