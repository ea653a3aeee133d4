"""The receiver counts what arrives, in whatever pieces."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devstack import paths, ports
from devstack.waiting import wait_until

Stop = Callable[[], dict[str, int]]


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[int, Stop]]:
    """A receiver's port, and how to stop it and read its counts."""
    result, port = tmp_path / "counts.json", ports.free_port()
    command = [sys.executable, "-m", "bench.receiver", str(result), str(port)]
    with subprocess.Popen(command, cwd=paths.ROOT) as process:
        wait_until(lambda: result.exists() or process.poll() is not None, seconds=30)

        def stop() -> dict[str, int]:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            counts: dict[str, int] = json.loads(result.read_text())
            return counts

        yield port, stop
        process.kill()


def _hook(message_id: str, body: str) -> bytes:
    return (
        f"POST / HTTP/1.1\r\nHost: x\r\nWebhook-Id: {message_id}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def test_pieces_repetitions_and_several_at_once_are_counted(
    receiver: tuple[int, Stop],
) -> None:
    port, stop = receiver
    first, second = _hook("a", "hello"), _hook("b", "")
    with socket.create_connection((ports.LOOPBACK, port), timeout=30) as connection:
        for piece in (first[:40], first[40:-2], first[-2:] + second + second):
            connection.sendall(piece)
        answers = b""
        while answers.count(b"204 No Content") < 3:
            answers += connection.recv(1000)

    assert stop() == {"received": 3, "different": 2}
