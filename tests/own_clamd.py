"""A clamd of a test's own, with signatures of the test's own (R3, section 4)."""

import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clamav_client.clamd import ClamdError, ClamdUnixSocket

from devstack.waiting import wait_until
from tests.apps.files.samples import EICAR

# Where Debian has it; not on everybody's path.
PROGRAM = "/usr/sbin/clamd"
_CONFIG = """
DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.ctl
TemporaryDirectory {folder}
Foreground yes
StreamMaxLength {limit}
MaxFileSize 100M
MaxScanSize 100M
AlertExceedsMax yes
"""


class OwnClamd:
    """A clamd that knows EICAR wherever it stands, and what it is taught."""

    def __init__(self, folder: Path, *, stream_limit: str = "10M") -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir(parents=True)
        (folder / "clamd.conf").write_text(_CONFIG.format(folder=folder, limit=stream_limit))
        self._signatures = folder / "signatures" / "local.ndb"
        self.teach("Local.Test.Eicar", EICAR)

    @property
    def url(self) -> str:
        """What FILES_CLAMAV_URL would be."""
        return f"unix://{self._folder}/clamd.ctl"

    def teach(self, name: str, content: bytes) -> None:
        """Write down a signature: these bytes, in any file, at any place."""
        with self._signatures.open("a") as signatures:
            signatures.write(f"{name}:0:*:{content.hex()}\n")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        config = self._folder / "clamd.conf"
        log = (self._folder / "clamd.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [PROGRAM, "--config-file", str(config)], stdout=log, stderr=log
            )
        assert wait_until(self.answers, seconds=60), (self._folder / "clamd.log").read_text()

    def stop(self) -> None:
        """End it as ``kill -9`` does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def answers(self) -> bool:
        """Tell whether it answers."""
        client = ClamdUnixSocket(f"{self._folder}/clamd.ctl", timeout=5)
        try:
            return client.ping() == "PONG"
        except (ClamdError, OSError):
            return False
        finally:
            client.clamd_socket.close()

    def reload(self, *, until_it_knows: bytes) -> None:
        """Let it read its signatures again, and wait until it does."""
        ClamdUnixSocket(f"{self._folder}/clamd.ctl", timeout=60).reload()
        assert wait_until(lambda: self._finds(until_it_knows), seconds=60)

    def _finds(self, content: bytes) -> bool:
        client = ClamdUnixSocket(f"{self._folder}/clamd.ctl", timeout=60)
        return client.instream(io.BytesIO(content))["stream"][0] == "FOUND"


@contextmanager
def own_clamd(folder: Path) -> Iterator[OwnClamd]:
    """A running clamd of the test's own."""
    clamd = OwnClamd(folder)
    try:
        clamd.start()
        yield clamd
    finally:
        clamd.stop()
