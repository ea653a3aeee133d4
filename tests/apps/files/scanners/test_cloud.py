"""The slot for a scanner in the cloud: an adapter on loopback speaks its protocol."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from pytest_django import Settings

from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.scanners import cloud
from apps.files.scanners.cloud import CloudScanner
from apps.files.types import Checked, Verdict
from tests.apps.files.samples import EICAR, text
from tests.hostile_server import HostileServer, Request, answering, hostile_server


@dataclass
class Adapter:
    """An adapter as the protocol has it; a test may let it answer otherwise at some path."""

    taken: dict[str, bytes] = field(default_factory=dict)
    instead: dict[str, tuple[int, Any]] = field(default_factory=dict)
    # How often it says that it still looks.
    looks: int = 0

    async def behave(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        status, told = self._answer(request)
        body = told if isinstance(told, bytes) else orjson.dumps(told)
        await answering(status, b"" if status == 204 else body)(request, writer)

    def _answer(self, request: Request) -> tuple[int, Any]:
        assert request.headers["authorization"] == "Bearer secret"
        path = request.path.removeprefix("/v1/")
        for part, answer in self.instead.items():
            if part in path:
                return answer
        if path == "signatures":
            return 200, {"version": "2026-11-22"}
        if path == "scans":
            scan_id = f"scan-{len(self.taken)}"
            self.taken[scan_id] = b""
            return 201, {"id": scan_id}
        _, scan_id, step, *offset = path.split("/")
        if step == "bytes":
            assert int(offset[0]) == len(self.taken[scan_id])
            self.taken[scan_id] += request.body
            return 204, {}
        return self._verdict(self.taken[scan_id], orjson.loads(request.body)["sha256"])

    def _verdict(self, content: bytes, sha256: str) -> tuple[int, Any]:
        assert hashlib.sha256(content).hexdigest() == sha256
        if self.looks:
            self.looks -= 1
            return 202, {}
        is_infected = EICAR in content
        return 200, {
            "state": "infected" if is_infected else "clean",
            "threat": "Eicar" if is_infected else "",
            "version": "2026-11-22",
        }


@pytest.fixture
def server(settings: Settings) -> Iterator[HostileServer]:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    settings.FILES_CLOUD_SCANNER_TOKEN = "secret"
    with hostile_server() as server:
        settings.FILES_CLOUD_SCANNER_URL = server.url.replace("/hook", "/v1")
        yield server


@pytest.fixture
def adapter(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> Adapter:
    monkeypatch.setattr(cloud, "ASK_AGAIN_SECONDS", 0.0)
    adapter = Adapter()
    server.behave = adapter.behave
    return adapter


def _scanned(content: bytes) -> Verdict:
    steps = (content[at : at + 100_000] for at in range(0, len(content), 100_000))
    return CloudScanner().scan(steps, size_bytes=len(content))


@pytest.mark.parametrize("size_bytes", [0, 10, cloud.PIECE_BYTES, 2 * cloud.PIECE_BYTES + 1])
def test_all_bytes_reach_it_in_pieces_and_its_word_counts(
    adapter: Adapter, size_bytes: int
) -> None:
    content = text(size_bytes)

    clean, infected = _scanned(content), _scanned(content + EICAR)

    assert list(adapter.taken.values()) == [content, content + EICAR]
    assert (clean.outcome, clean.signatures) == (Checked.CLEAN, "2026-11-22")
    assert (infected.outcome, infected.threat) == (Checked.INFECTED, "Eicar")


def test_it_may_take_its_time(adapter: Adapter) -> None:
    adapter.looks = 3

    assert _scanned(b"a").outcome is Checked.CLEAN


def test_but_not_for_ever(adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter.looks = 1000
    monkeypatch.setattr(cloud, "VERDICT_SECONDS", 0.0)

    with pytest.raises(ScannerUnavailable):
        _scanned(b"a")


def test_its_version_is_asked_for(adapter: Adapter) -> None:
    assert CloudScanner().signatures() == "2026-11-22"
    adapter.instead["signatures"] = (200, {})

    with pytest.raises(ScannerUnavailable):
        CloudScanner().signatures()


@pytest.mark.parametrize("path", ["scans", "bytes", "verdict"])
@pytest.mark.parametrize("status", [413, 422])
def test_file_that_it_will_not_take_has_failed(adapter: Adapter, path: str, status: int) -> None:
    adapter.instead[path] = (status, {})

    with pytest.raises(ScanFailed):
        _scanned(b"a")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("scans", (500, {})),
        ("scans", (302, {})),
        ("scans", (201, {})),
        ("scans", (201, {"id": "../../other"})),
        ("scans", (201, [])),
        ("bytes", (200, {})),
        ("verdict", (200, b"not JSON")),
        ("verdict", (200, {})),
        ("verdict", (200, {"state": "fine", "version": "1"})),
        ("verdict", (200, {"state": "clean"})),
        ("verdict", (503, {})),
    ],
)
def test_anything_else_means_that_it_is_away(
    adapter: Adapter, path: str, answer: tuple[int, Any]
) -> None:
    adapter.instead[path] = answer

    with pytest.raises(ScannerUnavailable):
        _scanned(b"a")


def test_adapter_inside_our_network_is_not_dialled(adapter: Adapter, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()

    with pytest.raises(ScannerUnavailable):
        _scanned(b"a")
    assert not adapter.taken
