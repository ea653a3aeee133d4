"""The floors: which app stands on which, as the import contract in pyproject.toml says.

For tools of a source tree (docs, scaffold, tests); a running process never asks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# One line of the contract's `layers`: "health | observability",  # watch
LAYER = re.compile(r'^ {2}"(?P<apps>[a-z_| ]+)",(?: *# (?P<purpose>.+))?$', re.MULTILINE)
_LAYERS = re.compile(r'id = "floors".*?^layers = \[\n(?P<lines>.*?)^\]', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Floor:
    """Apps that stand side by side and do not know each other."""

    apps: tuple[str, ...]
    purpose: str


def read_floors(pyproject: Path) -> list[Floor]:
    """Return the floors, top to bottom. Raises ValueError where the contract is not found."""
    _, block = layers_block(pyproject.read_text())
    return [_floor(line) for line in LAYER.finditer(block)]


def layers_block(text: str) -> tuple[int, str]:
    """Return where the contract's list of layers begins in pyproject.toml, and its lines."""
    block = _LAYERS.search(text)
    if block is None:
        raise ValueError('pyproject.toml has no import contract with id = "floors".')
    return block.start("lines"), block["lines"]


def height_of(app: str, floors: Sequence[Floor]) -> int:
    """Return how many floors stand below an app's. Raises ValueError where it has no floor."""
    for height, floor in enumerate(reversed(floors)):
        if app in floor.apps:
            return height
    raise ValueError(f"The app {app!r} has no floor in pyproject.toml.")


def _floor(line: re.Match[str]) -> Floor:
    apps = tuple(app.strip() for app in line["apps"].split("|"))
    return Floor(apps, line["purpose"] or "")
