"""What the doctor looks at on the machine: versions, disk, folders."""

import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings

from apps.kernel.ports import Finding

PYTHON_FROM = (3, 11)
PYTHON_BEFORE = (3, 14)
DJANGO_LINE = (5, 2)
LEAST_FREE_BYTES = 2 * 1024**3
LEAST_FREE_PERCENT = 5


@dataclass(frozen=True)
class MachineExamination:
    """Versions of Python and Django, free disk space, folders that must be writable."""

    name: str = "machine"
    cure: str = "Run it as the user that runs Mainstay, from the source tree."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen."""
        yield python_finding(sys.version_info[:2])
        yield django_finding(django.VERSION[:2])
        for folder in (settings.STATE_DIR, Path(settings.EMAIL_FILE_PATH)):
            yield folder_finding(Path(folder))
        usage = shutil.disk_usage(str(_nearest_existing(settings.STATE_DIR)))
        yield disk_finding(free=usage.free, total=usage.total)


def python_finding(version: tuple[int, int]) -> Finding:
    """Judge a Python version."""
    is_well = PYTHON_FROM <= version < PYTHON_BEFORE
    cure = "" if is_well else "Use Python 3.11, 3.12 or 3.13."
    return Finding(f"Python {'.'.join(map(str, version))} ({platform.python_version()})", cure)


def django_finding(version: tuple[int, int]) -> Finding:
    """Judge a Django version: the tests ran on one line of releases only."""
    cure = "" if version == DJANGO_LINE else "Install the pinned requirements: requirements/."
    return Finding(f"Django {django.get_version()}", cure)


def folder_finding(folder: Path) -> Finding:
    """Judge whether this process may write into a folder, by writing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(f"{folder} is writable")
    except OSError as error:
        return Finding(
            f"{folder} is not writable: {error.strerror}",
            "Give it to the user that runs Mainstay, or set STATE_DIR and MAIL_DIR elsewhere.",
        )


def disk_finding(*, free: int, total: int) -> Finding:
    """Judge the disk space left, in bytes."""
    percent = 100 * free // total
    is_well = free >= LEAST_FREE_BYTES and percent >= LEAST_FREE_PERCENT
    return Finding(
        f"{free / 1024**3:.1f} GiB of disk free ({percent} %)",
        "" if is_well else "Free some space: at least 2 GiB and 5 % should be left.",
    )


def _nearest_existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())
