"""A server on loopback that speaks clamd's protocol, well or badly; tests/system has a real one.

It knows VERSION and INSTREAM (clamd(8)), and finds EICAR.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import BinaryIO

from tests.apps.files.samples import EICAR


class Mood(Enum):
    """How it behaves to a file."""

    WELL = auto()
    # Takes no more than `limit_bytes`, says so and hangs up, as beyond StreamMaxLength.
    LIMITED = auto()
    HANGING_UP = auto()
    SILENT = auto()
    FAILING = auto()
    BABBLING = auto()


_ANSWERS = {
    Mood.FAILING: b"stream: Can't allocate memory ERROR\n",
    Mood.BABBLING: b"I would not know\n",
}


@dataclass
class TalkingClamd:
    """What it is told to be, and what it was sent."""

    url: str = ""
    mood: Mood = Mood.WELL
    version: str = "ClamAV 1.4.6/27800/Sat Nov 21 08:12:00 2026"
    limit_bytes: int = 1_000_000
    received: list[bytes] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def serve(self, client: socket.socket) -> None:
        """Answer one command."""
        with client, client.makefile("rb") as asked, suppress(OSError):
            command = asked.readline().strip()
            if command == b"nVERSION":
                client.sendall(f"{self.version}\n".encode())
            elif command == b"nINSTREAM":
                client.sendall(self._answer(asked))

    def _answer(self, asked: BinaryIO) -> bytes:
        taken = b""
        while size := struct.unpack("!L", asked.read(4))[0]:
            taken += asked.read(size)
            if self.mood is Mood.HANGING_UP:
                return b""
            if self.mood is Mood.LIMITED and len(taken) > self.limit_bytes:
                return b"INSTREAM size limit exceeded. ERROR\n"
        self.received.append(taken)
        if self.mood is Mood.SILENT:
            self.is_over.wait(60)
        found = (
            b"stream: Local.Test.Eicar.UNOFFICIAL FOUND\n" if EICAR in taken else b"stream: OK\n"
        )
        return _ANSWERS.get(self.mood, found)


@contextmanager
def talking_clamd() -> Iterator[TalkingClamd]:
    """Listen until the context ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    clamd = TalkingClamd(url=f"tcp://127.0.0.1:{listener.getsockname()[1]}")

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=clamd.serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield clamd
    finally:
        clamd.is_over.set()
        # A thread that waits in accept() is not woken by close() alone.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
