"""Reads a tutorial as its reader does: files to write, commands to type, in their order."""

import re
from dataclasses import dataclass

# ```python title="apps/parcels/models.py"   or   ```sh
_BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class File:
    """A file to write, whole."""

    path: str
    text: str


@dataclass(frozen=True)
class Commands:
    """Lines to type into a shell."""

    text: str


def steps_of(tutorial: str) -> list[File | Commands]:
    """Return what the reader is told to do; a block with neither a title nor ``sh`` only shows."""
    return [
        File(block["title"], block["text"]) if block["title"] else Commands(block["text"])
        for block in _BLOCK.finditer(tutorial)
        if block["title"] or block["language"] == "sh"
    ]
