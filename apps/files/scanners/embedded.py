"""The embedded scanner: rules of YARA over all bytes of a file and of what is packed in it.

It knows EICAR, files that are two things at once, and macros; it replaces no antivirus. It needs
no server and cannot be down, so that every installation scans from its first file on.
"""

from collections.abc import Iterator
from functools import cache, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from apps.files.archives import ZIP, is_zip_based
from apps.files.errors import ScanFailed
from apps.files.scanners.unfolding import Budget, Layer, TooMuch, Unreadable
from apps.files.sniffing import LOOKED_AT_BYTES, sniffed_type
from apps.files.types import Checked, Verdict

if TYPE_CHECKING:
    from yara_x import Rules

NAME = "embedded"
WINDOW_BYTES = 1024 * 1024
# As much of a window is looked at again with the next: more than any pattern is long.
OVERLAP_BYTES = 4096
_RULES = Path(__file__).with_name("rules.yar")
_TOO_MUCH = "unfolds_without_end"
_UNREADABLE = "hidden_in_an_archive"


class Found(Exception):
    """A rule matched; carries its name."""


class EmbeddedScanner:
    """Scans in this process."""

    name = NAME

    def signatures(self) -> str:
        """Return what names the rules and their engine."""
        return _version()

    def scan(self, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
        """Read all bytes and say what they are; raises ScanFailed where the engine does."""
        threat = _threat_in(content, Budget.of(size_bytes))
        return Verdict(
            outcome=Checked.INFECTED if threat else Checked.CLEAN,
            engine=self.name,
            signatures=_version(),
            threat=threat,
        )


def _threat_in(content: Iterator[bytes], budget: Budget) -> str:
    from yara_x import ScanError, TimeoutError  # noqa: A004, PLC0415  their name; it is large

    first = _first_of(content)
    is_office = _kind(sniffed_type(first)) == "office"
    try:
        outermost = Layer(partial(_Windows, is_office), budget=budget)
        for step in chain((first,), content):
            outermost.feed(step)
        outermost.end()
    except Found as found:
        return str(found)
    except TooMuch:
        return _TOO_MUCH
    except Unreadable:
        return _UNREADABLE
    except (ScanError, TimeoutError) as error:
        raise ScanFailed(str(error)) from error
    return ""


def _first_of(content: Iterator[bytes]) -> bytes:
    """Take as much of the content as it takes to know what it is."""
    first = b""
    while len(first) < LOOKED_AT_BYTES and (step := next(content, None)) is not None:
        first += step
    return first


class _Windows:
    """Looks at the bytes of one layer in windows that overlap."""

    def __init__(self, is_office: bool, depth: int) -> None:
        from yara_x import Scanner  # noqa: PLC0415

        self._scanner = Scanner(_rules())
        self._scanner.set_global("in_office", is_office)
        self._scanner.set_global("depth", depth)
        self._scanner.set_global("at_start", True)
        self._window = bytearray()
        self._is_first = True

    def feed(self, content: bytes) -> None:
        """Take the bytes that follow; raises Found."""
        self._window += content
        while len(self._window) >= WINDOW_BYTES:
            self._look(bytes(self._window[:WINDOW_BYTES]))
            del self._window[: WINDOW_BYTES - OVERLAP_BYTES]

    def end(self) -> None:
        """Look at what is left; raises Found."""
        self._look(bytes(self._window))

    def _look(self, window: bytes) -> None:
        if self._is_first:
            self._scanner.set_global("kind", _kind(sniffed_type(window)))
        found = self._scanner.scan(window).matching_rules
        if found:
            raise Found(found[0].identifier)
        if self._is_first:
            self._is_first = False
            self._scanner.set_global("at_start", False)


def _kind(content_type: str) -> str:
    if content_type.startswith("image/"):
        return "picture"
    if is_zip_based(content_type):
        return "zip" if content_type == ZIP else "office"
    if content_type == "application/pdf":
        return "pdf"
    return "text" if content_type.startswith("text/") else "other"


@cache
def _rules() -> "Rules":
    from yara_x import Compiler  # noqa: PLC0415

    compiler = Compiler()
    compiler.define_global("kind", "")
    compiler.define_global("depth", 0)
    compiler.define_global("in_office", False)
    compiler.define_global("at_start", False)
    compiler.add_source(_RULES.read_text("utf-8"), origin=_RULES.name)
    return compiler.build()


@cache
def _version() -> str:
    return sha256(_RULES.read_bytes()).hexdigest()[:12]
