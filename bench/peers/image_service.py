"""Mainstay's image service, as it is in production: signed URLs, guarded fetching, three layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.cells import Request
from bench.cores import pinned
from bench.goals import MAINSTAY
from bench.house import House
from bench.peers.pictures import EDGE, QUALITY, Source, started
from devstack import ports, programs
from devstack.program import Program


class ImageService:
    """Its process under granian, with what it starts to decode."""

    name = MAINSTAY
    about = "granian RSGI; signed URLs, each checked for its source; memory, Redis and files"

    def __init__(self, house: House) -> None:
        self._house = house

    def install(self) -> None:
        """Fetch nothing."""

    @contextmanager
    def running(self, source: Source, *, core: int) -> Iterator[Program]:
        """Serve on one core within the block; raises PeerUnavailable."""
        self._house.errand("list_source", host=source.host)
        port = ports.free_port()
        command = pinned(core, programs.media(port=port))
        program = Program("media", command, env=self._house.env, dev=self._house.folder, port=port)
        with started(program, Request(path="/health/ready")):
            yield program

    def requests(self, source: Source, numbers: Sequence[int]) -> Sequence[Request]:
        """Return what asks for 600x600 of the photo under each of these names."""
        urls = [source.url(number) for number in numbers]
        signed = self._house.errand("sign_pictures", urls=urls, edge=EDGE, quality=QUALITY)
        return [Request(path=path) for path in signed["paths"]]
