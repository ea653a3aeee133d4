"""Files that are whole or not there: written beside, then renamed."""

import os
from pathlib import Path

from apps.kernel.ids import new_id_text

# How the name of a file ends while it is written.
HALF_WRITTEN = ".part"


def write_whole(path: Path, content: bytes, *, changed_at: float | None = None) -> None:
    """Write a file so that nobody reads half of it, making its folder; raises OSError.

    Not synced: what a power cut tears is noticed by whoever reads it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{new_id_text()}{HALF_WRITTEN}")
    try:
        half.write_bytes(content)
        if changed_at is not None:
            os.utime(half, (changed_at, changed_at))
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
