"""The scanner that asks clamd, over its socket, by INSTREAM (clamd(8)).

Files go over the wire, so clamd may run in another container or on another host. Set
``AlertExceedsMax yes`` and a ``StreamMaxLength`` above the largest purpose in its configuration.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from django.conf import settings

from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.types import Checked, Verdict

if TYPE_CHECKING:
    from clamav_client.clamd import ClamdNetworkSocket

NAME = "clamav"
# For each step, not for the whole: the last one waits for clamd to unpack and look.
ANSWER_SECONDS = 60.0
PING_SECONDS = 5.0
DEFAULT_PORT = 3310
_LONGEST_VERSION = 60
_HUNG_UP = (BrokenPipeError, ConnectionResetError)


class ClamavScanner:
    """Scans in clamd."""

    name = NAME

    def signatures(self) -> str:
        """Return the versions of engine and database; raises ScannerUnavailable.

        clamd names only databases that came from ClamAV. After a change of local ones alone, ask
        for a new look at all files yourself (`manage.py files rescan`).
        """
        from clamav_client.clamd import ClamdError  # noqa: PLC0415  only where it is used

        try:
            with _clamd(seconds=PING_SECONDS) as clamd:
                told = clamd.version()
        except (ClamdError, OSError, ValueError) as error:
            raise ScannerUnavailable(f"clamd: {error}") from error
        # After the version of the database, the day of it is told: ClamAV 1.4.6/27800/Sat Nov 21.
        return "/".join(told.removeprefix("ClamAV ").split("/")[:2]).strip()[:_LONGEST_VERSION]

    def scan(self, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
        """Send all bytes and return what clamd says.

        Raises ScannerUnavailable where it cannot be reached or falls silent, ScanFailed where it
        answers with an error or hangs up, as it does on more than its StreamMaxLength.
        """
        del size_bytes
        from clamav_client.clamd import (  # noqa: PLC0415  likewise
            ClamdError,
            CommunicationError,
        )

        # Asked first: with an older version than was in use, a file is only looked at again.
        signatures = self.signatures()
        try:
            with _clamd(seconds=ANSWER_SECONDS) as clamd:
                answers = clamd.instream(cast("BinaryIO", _Steps(content)))
        except (CommunicationError, OSError) as error:
            if isinstance(error.__cause__ or error, _HUNG_UP):
                # It is there, or else this says that it is not.
                self.signatures()
                raise ScanFailed("clamd hung up; is the file above StreamMaxLength?") from error
            raise ScannerUnavailable(f"clamd: {error}") from error
        except ClamdError as error:
            raise ScanFailed(f"clamd: {error}") from error
        state, threat = next(iter(answers.values()), ("", None))
        if state not in {"OK", "FOUND"}:
            raise ScanFailed(f"clamd: {state} {threat}")
        return Verdict(
            outcome=Checked.INFECTED if state == "FOUND" else Checked.CLEAN,
            engine=self.name,
            signatures=signatures,
            threat=threat or "",
        )


class _Steps:
    """Gives the client its steps as they come: it sends whatever a read returns as one chunk."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self._content = content

    def read(self, size: int = -1) -> bytes:
        """Return the next step, however many bytes were asked for."""
        del size
        return next((step for step in self._content if step), b"")


@contextmanager
def _clamd(*, seconds: float) -> Iterator["ClamdNetworkSocket"]:
    """Give a client for one command; it leaves a socket open that could not be connected."""
    from clamav_client.clamd import (  # noqa: PLC0415  likewise
        ClamdNetworkSocket,
        ClamdUnixSocket,
    )

    address = urlsplit(settings.FILES_CLAMAV_URL)
    if address.scheme == "unix":
        # Its type says whole seconds; a socket takes any.
        client: ClamdNetworkSocket = ClamdUnixSocket(address.path, timeout=cast("int", seconds))
    else:
        host, port = address.hostname or "", address.port or DEFAULT_PORT
        client = ClamdNetworkSocket(host, port, timeout=seconds)
    try:
        yield client
    finally:
        if hasattr(client, "clamd_socket"):
            client.clamd_socket.close()
