"""Sends one large file by tus, as fast as the server takes it: ``URL BYTES METADATA [TOKEN]``.

A process of its own, so that what it does is on the core of the load.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
from urllib.parse import urlsplit

# A file of zeros that begins as a zip does: what it is, a server may look at.
_BEGINNING = b"PK\x03\x04\x14\x00\x00\x00\x08\x00"
_PATIENCE_SECONDS = 300


def main() -> None:
    """Send it in one request; print how long that took."""
    url, size, metadata, *token = sys.argv[1:]
    headers = {"Tus-Resumable": "1.0.0"}
    if token:
        headers["Authorization"] = f"Bearer {token[0]}"
    place = _created(url, int(size), {**headers, "Upload-Metadata": metadata})
    began = time.monotonic()
    _send(place, int(size), headers)
    sys.stdout.write(json.dumps({"seconds": time.monotonic() - began}))


def _created(url: str, size: int, headers: dict[str, str]) -> str:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_PATIENCE_SECONDS)
    connection.request("POST", parts.path, headers={**headers, "Upload-Length": str(size)})
    answer = connection.getresponse()
    said = answer.read()[:300]
    if answer.status != 201:
        sys.exit(f"creating was answered {answer.status}: {said!r}")
    return answer.headers["Location"]


def _send(place: str, size: int, headers: dict[str, str]) -> None:
    parts = urlsplit(place)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_PATIENCE_SECONDS)
    connection.putrequest("PATCH", parts.path)
    sent = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    for name, value in {**headers, **sent, "Content-Length": str(size)}.items():
        connection.putheader(name, value)
    connection.endheaders()
    with tempfile.TemporaryFile() as file:
        file.write(_BEGINNING)
        file.truncate(size)
        file.seek(0)
        connection.sock.sendfile(file)
    answer = connection.getresponse()
    offset = answer.headers["Upload-Offset"]
    if answer.status != 204 or offset != str(size):
        sys.exit(f"sending was answered {answer.status} at {offset}: {answer.read()[:300]!r}")


if __name__ == "__main__":
    main()
