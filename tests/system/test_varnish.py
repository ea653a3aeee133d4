"""A real Varnish, with the VCL of the how-to, forgets what it is told and nothing else."""

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings
from typing_extensions import override

from apps.cdn.providers.http import Http
from apps.cdn.services import cache_headers
from apps.cdn.types import ContentClass, Target
from devstack import paths
from devstack.ports import free_port
from devstack.system import VARNISH
from devstack.waiting import wait_until

pytestmark = pytest.mark.system

HOW_TO = paths.ROOT / "docs" / "how-to" / "put-a-cdn-in-front.md"
SITE = "cdn.example.com"
READY_SECONDS = 60


class Origin(ThreadingHTTPServer):
    """Serves public pictures, each tagged by its path, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Picture)
        self.asked = Counter[str]()


class Picture(BaseHTTPRequestHandler):
    """One answer of the origin."""

    server: Origin

    def do_GET(self) -> None:
        """Answer with what a public image bears."""
        self.server.asked[self.path] += 1
        self.send_response(200)
        tags = ["all", self.path.strip("/").partition("?")[0]]
        headers = cache_headers(ContentClass.PUBLIC_IMAGE, tags=tags, has_credentials=False)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "1")
        self.end_headers()
        self.wfile.write(b"x")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[Origin]:
    server = Origin()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def varnish(origin: Origin, tmp_path: Path, settings: Settings) -> Iterator[int]:
    """Varnish in front of the origin; its port."""
    port, program = free_port(), VARNISH.path()
    assert program
    vcl = tmp_path / "default.vcl"
    vcl.write_text(_vcl(origin.server_port))
    # Without a jail: its user could not read the test's folder.
    options = ["-j", "none", "-F", "-n", str(tmp_path / "varnish")]
    process = subprocess.Popen(
        [program, *options, "-a", f"127.0.0.1:{port}", "-f", str(vcl)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    settings.CDN_PURGE_BASES = (f"http://127.0.0.1:{port}",)
    try:
        assert wait_until(lambda: _answers(port), seconds=READY_SECONDS)
        yield port
    finally:
        process.terminate()
        process.wait()


def _vcl(origin_port: int) -> str:
    written = HOW_TO.read_text().partition("```vcl\n")[2].partition("```")[0]
    backend = f'backend default {{ .host = "127.0.0.1"; .port = "{origin_port}"; }}\n'
    return "vcl 4.1;\n" + backend + written.replace('"10.0.0.0"/8', '"127.0.0.0"/8')


def _answers(port: int) -> bool:
    try:
        return get(port, "/ready") == 200
    except OSError:
        return False


def get(port: int, path: str) -> int:
    """Ask Varnish for a path of the site, and return the status."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": SITE})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("target", "subjects", "gone"),
    [
        (Target.URLS, [f"https://{SITE}/a?w=1"], {"/a?w=1"}),
        (Target.TAGS, ["a"], {"/a", "/a?w=1"}),
        (Target.TAGS, ["b", "ab"], {"/ab", "/b"}),
        (Target.EVERYTHING, [], {"/a", "/a?w=1", "/ab", "/b"}),
    ],
)
def test_varnish_forgets_what_it_is_told_and_nothing_else(
    varnish: int, origin: Origin, target: Target, subjects: list[str], gone: set[str]
) -> None:
    paths_asked = ("/a", "/a?w=1", "/ab", "/b")
    for _ in range(2):
        for path in paths_asked:
            assert get(varnish, path) == 200
    assert {path: origin.asked[path] for path in paths_asked} == dict.fromkeys(paths_asked, 1)

    Http().purge(target, subjects)

    for path in paths_asked:
        get(varnish, path)
    assert {path for path in paths_asked if origin.asked[path] == 2} == gone
