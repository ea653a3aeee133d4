"""Names of files as people give them: shown, sent in headers, and refused where hostile.

No path is ever made of one (`names` makes those), yet they reach other people's disks.
"""

import re
from urllib.parse import unquote

from apps.kernel.errors import Invalid

LONGEST = 255

# Control characters, separators of paths, and marks that turn the direction of reading, by which
# "gpj.exe" is shown as "exe.jpg".
_FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f/\\\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def refuse_hostile(name: str) -> None:
    """Raise Invalid where a name is none: "" is one, of a file that has no name."""
    for reading in (name, unquote(name, errors="replace")):
        if _FORBIDDEN.search(reading) or (reading and not reading.strip(" .")):
            raise Invalid.naming(
                ("filename", "A name holds no path, control characters or marks of direction.")
            )
    if len(name) > LONGEST:
        raise Invalid.naming(("filename", f"A name has at most {LONGEST} characters."))


def extension_of(name: str) -> str:
    """Return what follows the last dot, in lower case; "" where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""
