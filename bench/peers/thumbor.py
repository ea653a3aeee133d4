"""thumbor: the image service in Python, with its results kept in files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench import installing
from bench.cells import Request
from bench.peers.pictures import EDGE, QUALITY, Source, program_of, started
from devstack import ports
from devstack.program import Program

REQUIREMENT = "thumbor==7.8.0"
_CONFIGURATION = """
ALLOW_UNSAFE_URL = True
LOADER = "thumbor.loaders.http_loader"
HTTP_LOADER_DEFAULT_USER_AGENT = "bench"
STORAGE = "thumbor.storages.no_storage"
RESULT_STORAGE = "thumbor.result_storages.file_storage"
RESULT_STORAGE_FILE_STORAGE_ROOT_PATH = {folder!r}
RESULT_STORAGE_STORES_UNSAFE = True
QUALITY = {quality}
"""


class Thumbor:
    """Its usual Pillow engine; unsigned URLs, which cost it least."""

    name = "thumbor"
    about = f"{REQUIREMENT}, its Pillow engine, one process, results kept in files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "thumbor"
        self._dev = folder

    def install(self) -> None:
        """Fetch it; raises PeerUnavailable."""
        installing.install_python_package(REQUIREMENT, self._folder / "venv")

    @contextmanager
    def running(self, source: Source, *, core: int) -> Iterator[Program]:
        """Serve on one core within the block; raises PeerUnavailable."""
        configuration, port = self._folder / "thumbor.conf", ports.free_port()
        results = str(self._folder / "results")
        configuration.write_text(
            _CONFIGURATION.format(folder=results, quality=QUALITY), encoding="utf-8"
        )
        command = [
            str(self._folder / "venv" / "bin" / "thumbor"),
            f"--ip={ports.LOOPBACK}",
            f"--port={port}",
            f"--conf={configuration}",
            "--log-level=error",
        ]
        program = program_of(
            "thumbor", command, folder=self._dev, core=core, port=port, env={"VIRTUAL_ENV": ""}
        )
        with started(program, Request(path="/healthcheck")):
            yield program

    def requests(self, source: Source, numbers: Sequence[int]) -> Sequence[Request]:
        """Return what asks for 600x600 of the photo under each of these names."""
        urls = (quote(source.url(number), safe="") for number in numbers)
        return [Request(path=f"/unsafe/{EDGE}x{EDGE}/filters:format(jpeg)/{url}") for url in urls]
