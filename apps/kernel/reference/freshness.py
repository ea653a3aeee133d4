"""Writing the generated files of the source tree, and telling which of them have grown stale."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from apps.kernel.ports import GeneratedFile, generated_files


@dataclass(frozen=True)
class StaleFile:
    """A generated file that differs from what the code says now."""

    name: str
    is_now: str
    should_be: str

    def difference(self) -> str:
        """Return what would change, in the form of ``diff -u``."""
        lines = difflib.unified_diff(
            self.is_now.splitlines(keepends=True),
            self.should_be.splitlines(keepends=True),
            fromfile=self.name,
            tofile=f"{self.name} (from the code)",
        )
        return "".join(lines)


def stale_files(root: Path) -> list[StaleFile]:
    """Return the generated files below a root that the code no longer agrees with."""
    candidates = (_compare(root, file) for file in generated_files)
    return [candidate for candidate in candidates if candidate.is_now != candidate.should_be]


def refresh(root: Path) -> list[str]:
    """Write every stale file; return their names."""
    stale = stale_files(root)
    for file in stale:
        path = root / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.should_be, encoding="utf-8")
    return [file.name for file in stale]


def _compare(root: Path, file: GeneratedFile) -> StaleFile:
    path = root / file.name
    return StaleFile(
        name=file.name,
        is_now=path.read_text(encoding="utf-8") if path.exists() else "",
        should_be=file.build().rstrip("\n") + "\n",
    )
