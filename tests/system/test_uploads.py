"""tus by clients that we did not write, over each kind of storage, and through kills."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings
from tusclient.client import TusClient

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.files.models import File
from apps.files.storages.s3 import S3Storage
from devstack import ports
from devstack.waiting import wait_until
from tests import house
from tests.apps.files.storages import servers
from tests.apps.files.tus_clients import OCTETS, bytes_of, metadata, upload_at

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

HERE = Path(__file__).parent
IN_TIME = 120.0
MEBIBYTE = 1024 * 1024
CONTENT = b"".join(b"line %012d\n" % number for number in range(524_288))
WAYS = [
    "one_request",
    "in_chunks",
    "with_creation",
    "with_creation_in_chunks",
    "deferred_length",
    "overridden_method",
    "in_parallel",
    "cut",
]


@dataclass(frozen=True)
class Place:
    """A server that takes uploads, and who brings them."""

    server: house.Running
    token: str
    variables: dict[str, str]

    @property
    def endpoint(self) -> str:
        return f"{self.server.base_url}/api/v1/uploads/"

    def ask(
        self, method: str, url: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str]]:
        """Send a request of tus; return status and headers."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {self.token}"}
        address = urlsplit(self.server.base_url)
        line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=IN_TIME)
        try:
            # What is refused is not read to its end, which may break the line of who still sends.
            with suppress(ConnectionError):
                line.request(method, urlsplit(url).path, body=body, headers=told)
            answer = line.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}
        finally:
            line.close()

    def begun(self, length: int) -> str:
        """Begin an upload and return where it is."""
        about = metadata(filename="lines.txt", purpose="document")
        status, headers = self.ask(
            "POST", self.endpoint, Upload_Length=str(length), Upload_Metadata=about
        )
        assert status == 201
        return headers["location"]

    def patch(self, url: str, body: Any, *, offset: int) -> tuple[int, dict[str, str]]:
        """Send bytes."""
        return self.ask("PATCH", url, body, Upload_Offset=str(offset), Content_Type=OCTETS)

    def patched(self, url: str, body: bytes, *, offset: int) -> list[int]:
        """Send bytes until they are taken; return the statuses on the way, the last one too."""
        statuses: list[int] = []

        def is_taken() -> bool:
            with suppress(ConnectionError):
                statuses.append(self.patch(url, body, offset=offset)[0])
            return statuses[-1:] == [204]

        assert wait_until(is_taken, seconds=IN_TIME), statuses
        return statuses

    def offset(self, url: str) -> int:
        """Return where an upload stands."""
        return int(self.ask("HEAD", url)[1]["upload-offset"])

    def line_with(self, url: str, *, offset: int, length: int) -> socket.socket:
        """Return a line on which a PATCH of so many bytes has begun."""
        address = urlsplit(self.server.base_url)
        line = socket.create_connection((address.hostname, address.port), timeout=IN_TIME)
        head = (
            f"PATCH {urlsplit(url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.token}\r\nTus-Resumable: 1.0.0\r\n"
            f"Content-Type: {OCTETS}\r\nUpload-Offset: {offset}\r\n"
            f"Content-Length: {length}\r\n\r\n"
        )
        line.sendall(head.encode())
        return line


@pytest.fixture(params=["disk", "s3"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, owner: User, settings: Settings
) -> Iterator[Place]:
    """A server of production with threads for uploads."""
    with ExitStack() as stack:
        variables = {"FILES_ROOT": str(tmp_path / "files")}
        settings.FILES_ROOT = tmp_path / "files"
        if request.param == "s3":
            variables |= _s3(stack, settings)
        yield stack.enter_context(_running(tmp_path, owner, variables))


def _s3(stack: ExitStack, settings: Settings) -> dict[str, str]:
    servers.use_s3(settings, stack.enter_context(servers.moto()))
    S3Storage()._client.create_bucket(
        Bucket=settings.FILES_S3_BUCKET,
        CreateBucketConfiguration={"LocationConstraint": settings.FILES_S3_REGION},
    )
    names = (
        "FILES_STORAGE",
        "FILES_S3_ENDPOINT_URL",
        "FILES_S3_REGION",
        "FILES_S3_ADDRESSING",
        "FILES_S3_ACCESS_KEY_ID",
        "FILES_S3_SECRET_ACCESS_KEY",
        "FILES_S3_BUCKET",
    )
    return {name: str(getattr(settings, name)) for name in names}


class _running:  # noqa: N801  a context manager
    """Runs the server."""

    def __init__(self, folder: Path, owner: User, variables: dict[str, str]) -> None:
        port = ports.free_port()
        self.variables: dict[str, Any] = {
            **variables,
            "FILES_UPLOAD_URL": f"http://127.0.0.1:{port}",
            "FILES_BODIES_AT_ONCE": "30",
        }
        self._web = house.web(folder / f"web-{port}.log", threads=32, port=port, **self.variables)
        self._owner = owner

    def __enter__(self) -> Place:
        token = sign_in_as(self._owner.pk).access_token
        return Place(self._web.__enter__(), token, self.variables)

    def __exit__(self, *_: object) -> None:
        self._web.__exit__(None, None, None)


def _by_tus_js(place: Place, folder: Path, way: str) -> dict[str, str]:
    node = shutil.which("node")
    assert node, "make test-system installs it"
    file = folder / "lines.txt"
    file.write_bytes(CONTENT)
    about = {"endpoint": place.endpoint, "token": place.token, "file": str(file), "way": way}
    told = subprocess.run(
        [node, str(HERE / "tus_client.js"), json.dumps(about)],
        capture_output=True,
        text=True,
        check=True,
        timeout=IN_TIME,
    )
    answer: dict[str, str] = json.loads(told.stdout)
    return answer


@pytest.mark.parametrize("way", WAYS)
def test_tus_js_client_brings_every_byte(way: str, place: Place, tmp_path: Path) -> None:
    told = _by_tus_js(place, tmp_path, way)

    assert "error" not in told
    assert bytes_of(upload_at(told["url"])) == CONTENT
    assert File.objects.get().size_bytes == len(CONTENT)


def test_tus_js_client_brings_an_empty_file_and_gives_one_up(place: Place, tmp_path: Path) -> None:
    empty = _by_tus_js(place, tmp_path, "empty")
    gone = _by_tus_js(place, tmp_path, "given_up")

    assert upload_at(empty["url"]).state == "complete"
    assert place.ask("HEAD", gone["url"])[0] == 404
    assert File.objects.get().size_bytes == 0


def test_tuspy_brings_every_byte_with_checksums(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes(CONTENT)
    client = TusClient(place.endpoint, headers={"Authorization": f"Bearer {place.token}"})

    with file.open("rb") as stream:
        named = client.uploader(
            file_stream=stream,
            chunk_size=3 * MEBIBYTE,
            metadata={"filename": "lines.txt"},
            upload_checksum=True,
        )
        # Its Upload-Metadata is there, and empty.
        nameless = client.uploader(
            file_stream=stream, chunk_size=5 * MEBIBYTE, upload_checksum=True
        )
        for uploader in (named, nameless):
            uploader.upload()

    assert named.url
    assert nameless.url
    assert bytes_of(upload_at(named.url)) == bytes_of(upload_at(nameless.url)) == CONTENT


def test_curl_sends_chunks_without_a_length_as_java_clients_do(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes(CONTENT)
    url = place.begun(len(CONTENT))
    headers = {
        "Authorization": f"Bearer {place.token}",
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": OCTETS,
        "Transfer-Encoding": "chunked",
        "Expect": "100-continue",
    }
    words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]

    told = subprocess.run(
        [
            "curl",
            "-sS",
            "-X",
            "PATCH",
            "--data-binary",
            f"@{file}",
            *words,
            "-w",
            "%{http_code}",
            url,
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=IN_TIME,
    )

    assert told.stdout == "204"
    assert bytes_of(upload_at(url)) == CONTENT


def test_all_that_came_of_a_cut_request_is_kept(place: Place) -> None:
    url = place.begun(len(CONTENT))
    with place.line_with(url, offset=0, length=len(CONTENT)) as line:
        line.sendall(CONTENT[: 3 * MEBIBYTE])
        line.shutdown(socket.SHUT_WR)
        assert wait_until(lambda: place.offset(url) == 3 * MEBIBYTE, seconds=IN_TIME)

    # What was cut may hold the upload for a moment after its bytes are told of.
    statuses = place.patched(url, CONTENT[3 * MEBIBYTE :], offset=3 * MEBIBYTE)
    assert set(statuses) <= {204, 423}
    assert bytes_of(upload_at(url)) == CONTENT


def test_of_fifty_at_once_one_is_taken(place: Place) -> None:
    chunk = CONTENT[:65536]
    url = place.begun(len(chunk))

    with ThreadPoolExecutor(50) as pool:
        sent = [pool.submit(place.patch, url, chunk, offset=0) for _ in range(50)]
        statuses = [each.result(IN_TIME)[0] for each in sent]

    assert statuses.count(204) == 1
    # Thirty bodies are taken at once; the others do not come as far as the upload.
    assert set(statuses) <= {204, 409, 423, 503}
    assert bytes_of(upload_at(url)) == chunk
    assert File.objects.count() == 1


def test_server_killed_in_the_middle_of_a_chunk_loses_and_doubles_nothing(
    place: Place, tmp_path: Path, owner: User
) -> None:
    url = place.begun(len(CONTENT))
    with place.line_with(url, offset=0, length=len(CONTENT)) as line:
        # Enough for one object, and for a beat in the middle of the next.
        line.sendall(CONTENT[: len(CONTENT) - MEBIBYTE])
        assert wait_until(lambda: place.offset(url) > 0, seconds=IN_TIME)
        os.killpg(place.server.process.pid, signal.SIGKILL)
        place.server.process.wait()

    with _running(tmp_path, owner, place.variables) as again:
        kept = again.offset(url)
        assert 0 < kept < len(CONTENT)
        assert again.patch(url, CONTENT[:100], offset=0)[0] in {409, 423}
        assert set(again.patched(url, CONTENT[kept:], offset=kept)) <= {204, 423}

    assert bytes_of(upload_at(url)) == CONTENT
    assert File.objects.count() == 1


def test_token_that_expires_during_an_upload_breaks_nothing(place: Place, owner: User) -> None:
    """What began goes on; what is resumed needs a token that counts, not the first one."""
    url, half = place.begun(len(CONTENT)), len(CONTENT) // 2
    first = sign_in_as(owner.pk, lifetime=timedelta(seconds=20)).access_token
    early = replace(place, token=first)
    with early.line_with(url, offset=0, length=half) as line:
        line.sendall(CONTENT[: half // 2])
        assert wait_until(lambda: early.ask("HEAD", url)[0] == 401, seconds=IN_TIME)
        line.sendall(CONTENT[half // 2 : half])
        assert b" 204 " in line.recv(4096)

    assert early.patch(url, CONTENT[half : half + 100], offset=half)[0] == 401
    assert place.patch(url, CONTENT[half:], offset=half)[0] == 204
    assert bytes_of(upload_at(url)) == CONTENT
