"""What a server of pictures is to the bench: it makes 600x600 of a photo that it has to fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.cells import Request
from bench.cores import Cores, pinned
from bench.peer import surroundings, wait_until_it_answers
from devstack import paths, ports
from devstack.program import Program

EDGE = 600
QUALITY = 80
PHOTO = "photo.jpg"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where all of them fetch the photo; what stands behind the ? makes it another one to them."""

    host: str
    core: int

    def url(self, number: int) -> str:
        """Return the photo's address under one of its many names."""
        return f"http://{self.host}/{PHOTO}?{number}"


class PictureServer(Protocol):
    """One of the servers under measurement."""

    @property
    def name(self) -> str:
        """How the tables call it."""

    @property
    def about(self) -> str:
        """What it is made of, in one line."""

    def install(self) -> None:
        """Fetch what it needs into the bench's folder; raises PeerUnavailable."""

    def running(self, source: Source, *, core: int) -> AbstractContextManager[Program]:
        """Serve on one core within the block; raises PeerUnavailable."""

    def requests(self, source: Source, numbers: Sequence[int]) -> Sequence[Request]:
        """Return what asks for 600x600 of the photo under each of these names."""


@contextmanager
def source_of(photo: Path, *, cores: Cores, folder: Path) -> Iterator[Source]:
    """Serve the photo on loopback within the block, from the core of the load."""
    port = ports.free_port()
    serve = ["-m", "http.server", "--bind", ports.LOOPBACK, "--directory", str(photo.parent)]
    command = pinned(cores.load, [str(paths.PYTHON), *serve, str(port)])
    program = Program("source", command, env=surroundings({}), dev=folder, port=port)
    with started(program, Request(path=f"/{PHOTO}")):
        yield Source(host=f"{ports.LOOPBACK}:{port}", core=cores.load)


@contextmanager
def started(program: Program, question: Request) -> Iterator[Program]:
    """Run a program within the block; raises PeerUnavailable where it does not answer."""
    program.start()
    try:
        wait_until_it_answers(program, question)
        yield program
    finally:
        program.stop()


def program_of(
    name: str, command: Sequence[str], *, folder: Path, core: int, port: int, env: Mapping[str, str]
) -> Program:
    """Return a server that will run on one core."""
    return Program(name, pinned(core, command), env=surroundings(env), dev=folder, port=port)
