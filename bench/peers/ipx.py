"""ipx: the image service of Node.js, over sharp; it keeps no results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench import installing
from bench.cells import Request
from bench.peers.node_server import SOURCES
from bench.peers.pictures import EDGE, QUALITY, Source, program_of, started
from devstack import ports
from devstack.program import Program


class Ipx:
    """Its own server, over the photo's host alone."""

    name = "ipx"
    about = "ipx 3 with sharp 0.34 on one thread; every answer is made anew"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "ipx"
        self._dev = folder

    def install(self) -> None:
        """Fetch it; raises PeerUnavailable."""
        installing.install_node_project(SOURCES / "ipx", self._folder)

    @contextmanager
    def running(self, source: Source, *, core: int) -> Iterator[Program]:
        """Serve on one core within the block; raises PeerUnavailable."""
        port = ports.free_port()
        env = {
            "NODE_ENV": "production",
            "HOST": ports.LOOPBACK,
            "PORT": str(port),
            "SOURCE": source.host,
        }
        command = ["node", str(self._folder / "server.js")]
        program = program_of("ipx", command, folder=self._dev, core=core, port=port, env=env)
        with started(program, self.requests(source, [0])[0]):
            yield program

    def requests(self, source: Source, numbers: Sequence[int]) -> Sequence[Request]:
        """Return what asks for 600x600 of the photo under each of these names."""
        how = f"f_jpeg,q_{QUALITY},fit_cover,s_{EDGE}x{EDGE}"
        return [
            Request(path=f"/{how}/{quote(source.url(number), safe=':/')}") for number in numbers
        ]
