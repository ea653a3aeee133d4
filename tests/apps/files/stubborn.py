"""Scanners that behave as a test tells them to; the real ones have tests of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from apps.files.errors import ScannerUnavailable
from apps.files.types import Checked, Verdict


def _find_nothing(_: bytes) -> str:
    return ""


@dataclass
class StubbornScanner:
    """Reads all bytes, and says of them what the test says; "" is clean."""

    name: str = "stubborn"
    version: str = "1"
    is_down: bool = False
    threat_in: Callable[[bytes], str] = _find_nothing
    read: list[bytes] = field(default_factory=list)

    def signatures(self) -> str:
        """Return its version."""
        if self.is_down:
            raise ScannerUnavailable("It is down.")
        return self.version

    def scan(self, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
        """Read all, then say what the test says."""
        whole = b"".join(content)
        assert len(whole) == size_bytes
        self.read.append(whole)
        if self.is_down:
            raise ScannerUnavailable("It went down.")
        threat = self.threat_in(whole)
        return Verdict(
            outcome=Checked.INFECTED if threat else Checked.CLEAN,
            engine=self.name,
            signatures=self.version,
            threat=threat,
        )
