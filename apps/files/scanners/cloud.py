"""The slot for a scanner in the cloud: a small protocol over HTTPS, spoken by an adapter of yours.

All requests carry ``Authorization: Bearer <FILES_CLOUD_SCANNER_TOKEN>``; bodies are JSON, but for
the bytes. Below FILES_CLOUD_SCANNER_URL:

========================================  =====================================================
``GET /signatures``                       200 ``{"version": "…"}``
``POST /scans`` ``{"size_bytes": n}``     201 ``{"id": "…"}``, of letters, digits, - and _
``PUT /scans/<id>/bytes/<offset>``        204; at most 4 MiB, in order, as octet stream
``POST /scans/<id>/verdict``              200 ``{"state": "clean" | "infected", "threat": "…",
``{"sha256": "…"}``                       "version": "…"}``, or 202 while it still looks
========================================  =====================================================

413 and 422 say that this file cannot be scanned; anything else but the above that the scanner is
unavailable. A verdict is for the bytes of that hash: answer 422 where others came.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from time import monotonic, sleep
from typing import Any

import orjson
from django.conf import settings

from apps.files.errors import ScanFailed, ScannerUnavailable
from apps.files.types import Checked, Verdict
from apps.resilience.errors import OutboundFailed
from apps.resilience.services import outbound_client, run_outbound
from apps.resilience.types import OutboundResponse

NAME = "cloud"
PIECE_BYTES = 4 * 1024 * 1024
VERDICT_SECONDS = 60.0
ASK_AGAIN_SECONDS = 1.0
_NOT_THIS_FILE = frozenset({413, 422})
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_LONGEST_VERSION = 60


class CloudScanner:
    """Scans at a service that speaks the protocol above."""

    name = NAME

    def signatures(self) -> str:
        """Return the version that the service names; raises ScannerUnavailable."""
        try:
            return _version(_json(_call("GET", "signatures"), status=200))
        except ScanFailed as error:
            raise ScannerUnavailable(str(error)) from error

    def scan(self, content: Iterator[bytes], *, size_bytes: int) -> Verdict:
        """Send all bytes, piece by piece, and wait up to a minute for the verdict.

        Raises ScannerUnavailable and ScanFailed.
        """
        begun = _json(_call("POST", "scans", body={"size_bytes": size_bytes}), status=201)
        scan_id = str(begun.get("id"))
        if not _ID.fullmatch(scan_id):
            raise ScannerUnavailable("The cloud scanner gave no usable id.")
        digest, offset = sha256(), 0
        for piece in _pieces(content):
            _expect(_call("PUT", f"scans/{scan_id}/bytes/{offset}", body=piece), status=204)
            digest.update(piece)
            offset += len(piece)
        told = _verdict(scan_id, sha256_hex=digest.hexdigest())
        try:
            outcome = Checked(str(told.get("state")))
        except ValueError as error:
            raise ScannerUnavailable("The cloud scanner gave no verdict.") from error
        return Verdict(
            outcome=outcome,
            engine=self.name,
            signatures=_version(told),
            threat=str(told.get("threat") or "") if outcome is Checked.INFECTED else "",
        )


def _pieces(content: Iterator[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for step in content:
        piece += step
        while len(piece) >= PIECE_BYTES:
            yield bytes(piece[:PIECE_BYTES])
            del piece[:PIECE_BYTES]
    if piece:
        yield bytes(piece)


def _verdict(scan_id: str, *, sha256_hex: str) -> Mapping[str, Any]:
    deadline = monotonic() + VERDICT_SECONDS
    while True:
        response = _call("POST", f"scans/{scan_id}/verdict", body={"sha256": sha256_hex})
        if response.status != 202:
            return _json(response, status=200)
        if monotonic() >= deadline:
            raise ScannerUnavailable("The cloud scanner did not come to a verdict in time.")
        sleep(ASK_AGAIN_SECONDS)


def _call(
    method: str, path: str, *, body: Mapping[str, Any] | bytes | None = None
) -> OutboundResponse:
    is_json = not isinstance(body, bytes)
    headers = {
        "Authorization": f"Bearer {settings.FILES_CLOUD_SCANNER_TOKEN}",
        "Content-Type": "application/json" if is_json else "application/octet-stream",
    }

    async def call() -> OutboundResponse:
        return await outbound_client().request(
            method,
            f"{settings.FILES_CLOUD_SCANNER_URL}/{path}",
            purpose="files.scanner",
            body=orjson.dumps(body) if is_json and body is not None else body or None,  # type: ignore[arg-type]  # bytes or nothing
            headers=headers,
        )

    try:
        return run_outbound(call()).result()
    except OutboundFailed as failure:
        raise ScannerUnavailable(f"The cloud scanner: {failure.detail}") from failure


def _expect(response: OutboundResponse, *, status: int) -> None:
    if response.status in _NOT_THIS_FILE:
        raise ScanFailed(f"The cloud scanner answered {response.status}.")
    if response.status != status:
        raise ScannerUnavailable(f"The cloud scanner answered {response.status}.")


def _json(response: OutboundResponse, *, status: int) -> Mapping[str, Any]:
    _expect(response, status=status)
    try:
        told = orjson.loads(response.body)
    except orjson.JSONDecodeError as error:
        raise ScannerUnavailable("The cloud scanner gave no JSON.") from error
    if not isinstance(told, dict):
        raise ScannerUnavailable("The cloud scanner gave no JSON object.")
    return told


def _version(told: Mapping[str, Any]) -> str:
    version = told.get("version")
    if not isinstance(version, str) or not version:
        raise ScannerUnavailable("The cloud scanner named no version.")
    return version[:_LONGEST_VERSION]
