"""A running stack behind nginx as it is deployed: uploads, downloads, pictures, live lines."""

import asyncio
import http.client
import io
import json
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPMessage
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from PIL import Image

from devstack.waiting import wait_until
from tests.system.clone import Clone
from tests.system.nginx import Nginx, nginx_before

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

PATIENCE_SECONDS = 120.0
TEXT = b"".join(b"%07d, a line of the log book.\n" % number for number in range(40_000))
TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_OCTETS = "application/offset+octet-stream"

Answer = tuple[int, HTTPMessage, bytes]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A stack that knows what stands in front of it."""
    made = Clone(tmp_path_factory.mktemp("proxied") / "mainstay")
    made.start(X_ACCEL_REDIRECT="true", TRUSTED_PROXY_COUNT="1")
    made.ready()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def nginx(clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    state = clone.folder / ".dev" / "state"
    with nginx_before(clone.stack(), state=state, folder=tmp_path_factory.mktemp("nginx")) as made:
        yield made


class Client:
    """One of the demo's people behind a server, and that server's raw answers."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return status, headers and body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        # A refused body is not read to its end, which may break the line of who still sends.
        with suppress(ConnectionError):
            connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found

    def shown(self, path: str) -> dict[str, Any]:
        """Return what the API shows."""
        status, _, body = self.ask("GET", path)
        assert status == 200, body
        told: dict[str, Any] = json.loads(body)
        return told


@pytest.fixture
def client(nginx: Nginx, clone: Clone) -> Client:
    return Client(nginx.port, clone.stack()["token"])


def begun(client: Client, *, size: int, **words: str) -> str:
    """Begin an upload and return its path."""
    pairs = ",".join(f"{name} {b64encode(word.encode()).decode()}" for name, word in words.items())
    sent = {**TUS, "Upload-Length": str(size), "Upload-Metadata": pairs}
    status, headers, body = client.ask("POST", "/api/v1/uploads/", headers=sent)
    assert status == 201, body
    return urlsplit(headers["Location"]).path


def offset_of(client: Client, path: str) -> int:
    """Return how much of an upload is there."""
    return int(client.ask("HEAD", path, headers=TUS)[1]["Upload-Offset"])


def cut_in_the_middle(client: Client, path: str, content: bytes) -> None:
    """Promise the whole content and hang up after half of it."""
    half = content[: len(content) // 2]
    head = {
        **client.headers,
        **TUS,
        "Host": "127.0.0.1",
        "Content-Type": OFFSET_OCTETS,
        "Upload-Offset": "0",
        "Content-Length": str(len(content)),
    }
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    with socket.create_connection(("127.0.0.1", client.port)) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + half)
        # Behind the bytes: more than fit into a line unread, so nginx hears of it after them.
        line.shutdown(socket.SHUT_WR)
        assert wait_until(lambda: offset_of(client, path) > 0, seconds=PATIENCE_SECONDS)


def patched(client: Client, path: str, content: bytes) -> int:
    """Send what is missing of an upload, and return the status once nobody else writes to it."""
    statuses: list[int] = []

    def is_answered() -> bool:
        offset = offset_of(client, path)
        sent = {**TUS, "Content-Type": OFFSET_OCTETS, "Upload-Offset": str(offset)}
        # Nor may nginx have heard the answer to such a body (502).
        with suppress(ConnectionError):
            statuses.append(client.ask("PATCH", path, body=content[offset:], headers=sent)[0])
        return bool(statuses) and statuses[-1] not in {409, 423, 502}

    assert wait_until(is_answered, seconds=PATIENCE_SECONDS), statuses
    return statuses[-1]


def brought(client: Client, content: bytes, **words: str) -> str:
    """Bring a file whole, wait until it is clean, and return its path."""
    path = begun(client, size=len(content), **words)
    assert patched(client, path, content) == 204
    return clean(client, path)


def clean(client: Client, upload: str) -> str:
    """Return the path of an upload's file, once it is clean."""
    path = upload.replace("/uploads/", "/files/")
    state = "pending"

    def is_checked() -> bool:
        nonlocal state
        state = str(client.shown(path)["state"])
        return state != "pending"

    assert wait_until(is_checked, seconds=PATIENCE_SECONDS, pause=0.1)
    assert state == "clean"
    return path


@pytest.fixture(scope="module")
def log_book(nginx: Nginx, clone: Clone) -> str:
    """The path of a text that was brought in two pieces, the first of which was cut."""
    client = Client(nginx.port, clone.stack()["token"])
    upload = begun(client, size=len(TEXT), filename="log.txt", purpose="document")
    cut_in_the_middle(client, upload, TEXT)
    assert offset_of(client, upload) < len(TEXT)
    assert patched(client, upload, TEXT) == 204
    return clean(client, upload)


def test_cut_upload_keeps_what_came_and_is_whole_in_the_end(client: Client, log_book: str) -> None:
    status, headers, body = client.ask("GET", f"{log_book}content")

    assert (status, body) == (200, TEXT)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "private" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]


def test_bytes_of_a_download_come_from_nginx(client: Client, clone: Clone, log_book: str) -> None:
    direct = Client(clone.stack()["processes"]["web"]["port"], clone.stack()["token"])

    status, headers, body = direct.ask("GET", f"{log_book}content")
    through = client.ask("GET", f"{log_book}content")

    assert (status, body) == (200, b"")
    assert headers["X-Accel-Redirect"].startswith("/_files/")
    assert through[1]["ETag"] == headers["ETag"]
    assert "X-Accel-Redirect" not in through[1]


def test_piece_of_a_download_is_given(client: Client, log_book: str) -> None:
    etag = client.ask("HEAD", f"{log_book}content")[1]["ETag"]

    wanted = {"Range": "bytes=1000-1999", "If-Range": etag}
    status, headers, body = client.ask("GET", f"{log_book}content", headers=wanted)

    assert (status, body) == (206, TEXT[1000:2000])
    assert headers["Content-Range"] == f"bytes 1000-1999/{len(TEXT)}"


def test_download_is_not_sent_to_who_has_it(client: Client, log_book: str) -> None:
    etag = client.ask("GET", f"{log_book}content")[1]["ETag"]

    status, _, body = client.ask("GET", f"{log_book}content", headers={"If-None-Match": etag})

    assert (status, body) == (304, b"")


def test_stranger_is_given_nothing(nginx: Nginx, log_book: str) -> None:
    assert Client(nginx.port, "nobody").ask("GET", f"{log_book}content")[0] == 401


@pytest.mark.parametrize(
    "way", ["/_files", "//_files", "/%5Ffiles", "/api/../_files", "/media/..%2f_files"]
)
def test_places_of_files_have_no_address_outside(
    client: Client, clone: Clone, log_book: str, way: str
) -> None:
    direct = Client(clone.stack()["processes"]["web"]["port"], clone.stack()["token"])
    place = direct.ask("GET", f"{log_book}content")[1]["X-Accel-Redirect"]

    status, _, body = client.ask("GET", place.replace("/_files", way, 1))

    assert status in {400, 404}
    assert TEXT[:30] not in body


def test_body_that_is_no_upload_is_refused_where_it_is_large(client: Client) -> None:
    status, _, _ = client.ask("POST", "/api/v1/buildings/", body=b" " * (3 * 1024 * 1024))

    assert status == 413


def photo() -> bytes:
    """Return a picture as a phone takes it."""
    content = io.BytesIO()
    noise = Image.effect_noise((1600, 1200), 60).convert("RGB")
    noise.save(content, "JPEG", quality=90)
    return content.getvalue()


def test_picture_that_was_made_before_comes_from_nginx(client: Client, clone: Clone) -> None:
    file_id = brought(client, photo(), filename="view.jpg", purpose="image").split("/")[-2]
    path = f"/media/v1/files/{file_id}?width=1200&format=jpeg&quality=95"
    first = client.ask("GET", path)
    direct = Client(clone.stack()["processes"]["media"]["port"], clone.stack()["token"])

    _, headers, body = direct.ask("GET", path)
    status, _, picture = client.ask("GET", path)

    assert first[0] == status == 200, first[2]
    assert headers["X-Accel-Redirect"].startswith("/_media/")
    assert not body
    assert picture == first[2]
    assert Image.open(io.BytesIO(picture)).size == (1200, 900)


def test_live_lines_go_through(nginx: Nginx, clone: Clone) -> None:
    stack = clone.stack()
    client = Client(nginx.port, stack["token"])
    [building] = [
        each for each in client.shown("/api/v1/buildings/")["items"] if each["name"] == "Lighthouse"
    ]

    heard = asyncio.run(_heard(nginx.url, stack["token"], building["id"]))

    assert [each["event"] for each in heard] == ["buildings.request.opened"] * 2


async def _heard(url: str, token: str, building: str) -> list[dict[str, Any]]:
    """Report something, and return what a socket and an event stream tell of it."""
    room = f"room:building:{building}"
    bearer = {"Authorization": f"Bearer {token}"}
    events = {"room": f"building:{building}"}
    async with (
        aiohttp.ClientSession(base_url=url, timeout=aiohttp.ClientTimeout(120)) as session,
        session.ws_connect("/connection/websocket") as line,
        session.get("/api/v1/realtime/events", params=events, headers=bearer) as stream,
    ):
        assert stream.status == 200, await stream.text()
        await line.send_json({"id": 1, "connect": {"token": token}})
        await line.send_json({"id": 2, "subscribe": {"channel": room}})
        await _replies(line, 2)
        body = {"title": "The door squeaks"}
        async with session.post(
            f"/api/v1/buildings/{building}/requests/", json=body, headers=bearer
        ) as made:
            assert made.status == 201, await made.text()
        return [await _pushed(line), await _event(stream)]


async def _replies(line: aiohttp.ClientWebSocketResponse, count: int) -> None:
    """Wait for the answers to so many commands."""
    answered: set[int] = set()
    async for message in line:
        told = [json.loads(text) for text in str(message.data).split("\n") if text]
        assert not any("error" in each for each in told), told
        answered |= {each["id"] for each in told if "id" in each}
        if len(answered) == count:
            return


async def _pushed(line: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Wait for the first publication that is an event of a request."""
    async for message in line:
        for text in filter(None, str(message.data).split("\n")):
            told = json.loads(text).get("push", {}).get("pub", {}).get("data", {})
            if told.get("event", "").startswith("buildings.request."):
                return dict(told)
    raise AssertionError("The socket ended.")


async def _event(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    """Wait for the first event of a request."""
    async for line in stream.content:
        if line.startswith(b"data:"):
            told = json.loads(line[5:]).get("data", {})
            if str(told.get("event", "")).startswith("buildings.request."):
                return dict(told)
    raise AssertionError("The stream ended.")
