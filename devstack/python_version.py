"""Refuses a Python that is too old; itself readable by every Python 3 that is still around.

Therefore nothing newer than Python 3.6 is used here.
"""

import shutil
import sys

OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")


def complaint_about(version: "tuple[int, ...]", program: str) -> "str | None":
    """Return what is wrong with a Python of this version and what to do, or None."""
    if version >= OLDEST:
        return None
    have = ".".join(map(str, version))
    for name in NEWER:
        if shutil.which(name):
            cure = f"{name} is installed here: make PYTHON={name} ..."
            break
    else:
        cure = "Install Python 3.11 or newer, then: make PYTHON=/path/to/python3 ..."
    return f"{program} is Python {have}; Mainstay needs 3.11 or newer.\n{cure}\n"


if __name__ == "__main__":
    complaint = complaint_about(tuple(sys.version_info[:3]), sys.executable)
    if complaint:
        sys.stderr.write(complaint)
        sys.exit(1)
