"""What the peers that run on Node.js have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench import installing, tokens
from bench.peer import Setting, served
from devstack import ports
from devstack.program import Program

SOURCES = Path(__file__).parent / "node"


class NodeProject:
    """A folder of ``node/`` with a package.json and a server.js."""

    def __init__(self, name: str, setting: Setting) -> None:
        self.name = name
        self.setting = setting
        self.folder = setting.folder / name

    def install(self) -> None:
        """Put it into the bench's folder with its packages; raises PeerUnavailable."""
        installing.install_node_project(SOURCES / self.name, self.folder)

    @contextmanager
    def serving(self, env: Mapping[str, str]) -> Iterator[Program]:
        """Run its server on a free port."""
        port = ports.free_port()
        values = {
            "NODE_ENV": "production",
            "HOST": ports.LOOPBACK,
            "PORT": str(port),
            "JWT_SECRET": tokens.SECRET,
            **env,
        }
        command = ["node", str(self.folder / "server.js")]
        with served(self.name, command, env=values, setting=self.setting, port=port) as program:
            yield program
