"""A client of tus as the protocol describes it, and what the tests send with it."""

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from apps.accounts.models import User
from apps.accounts.services import sign_in_as
from apps.files.models import Upload
from apps.files.storages import storage_named
from apps.files.types import Kind, Purpose
from tests.abuse.wire import Answer, Sent, send

OCTETS = "application/offset+octet-stream"
# What the tests bring: anything, if it is called so.
PARCEL = Purpose(
    name="parcel",
    title="Parcel",
    kinds=(
        Kind(extension="bin", content_type="application/octet-stream"),
        Kind(extension="txt", content_type="text/plain"),
    ),
    limit_bytes=64 * 1024 * 1024,
)


def metadata(**pairs: str) -> str:
    """Return pairs as Upload-Metadata has them."""
    return ",".join(
        f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in pairs.items()
    )


class TusClient:
    """Sends requests of tus as a user, straight to the application."""

    def __init__(self, user: User | None) -> None:
        self.token = sign_in_as(user.pk).access_token if user else ""

    def ask(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        environ: Mapping[str, Any] | None = None,
        version: str | None = "1.0.0",
        **headers: Any,
    ) -> Answer:
        """Send a request with these headers, underscores for hyphens."""
        told = [(name.replace("_", "-"), value) for name, value in headers.items()]
        told += [("Tus-Resumable", version)] if version else []
        told += [("Authorization", f"Bearer {self.token}")] if self.token else []
        target = urlsplit(target)._replace(scheme="", netloc="").geturl()
        return send(
            Sent(method=method, target=target, headers=told, body=body, environ=environ or {})
        )

    def create(self, *, length: int | None = None, **headers: Any) -> Answer:
        """Begin an upload; ``None`` defers its length."""
        headers = {"Upload_Metadata": metadata(filename="a.txt", purpose="parcel")} | headers
        headers |= (
            {"Upload_Defer_Length": "1"} if length is None else {"Upload_Length": str(length)}
        )
        return self.ask("POST", "/api/v1/uploads/", **headers)

    def begun(self, *, length: int | None = None, **headers: Any) -> str:
        """Begin an upload and return where it is."""
        answer = self.create(length=length, **headers)
        assert answer.status == 201, answer.body
        return answer.headers["location"]

    def patch(self, url: str, body: bytes, *, offset: int, **changes: Any) -> Answer:
        """Send bytes."""
        headers = {"Upload_Offset": str(offset), "Content_Type": OCTETS} | changes
        return self.ask("PATCH", url, body=body, **headers)

    def patch_in_chunks(self, url: str, body: bytes, *, offset: int, **headers: Any) -> Answer:
        """Send bytes as a server hands them over that came without a Content-Length."""
        environ = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(body)}
        return self.patch(
            url, b"", offset=offset, environ=environ, Transfer_Encoding="chunked", **headers
        )

    def head(self, url: str) -> Answer:
        """Ask where an upload stands."""
        return self.ask("HEAD", url)

    def offset(self, url: str) -> int:
        """Return where an upload stands."""
        return int(self.head(url).headers["upload-offset"])


def upload_at(url: str) -> Upload:
    """Return the row of an upload."""
    return Upload.objects.get(public_id=url.rstrip("/").rpartition("/")[2])


def bytes_of(upload: Upload) -> bytes:
    """Return what the storage has of an upload: of each part as much as counts."""
    storage = storage_named(upload.storage)
    return b"".join(
        b"".join(storage.read(part.object_name, end=part.size_bytes))
        for part in upload.parts.order_by("number")
    )
