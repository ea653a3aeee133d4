"""Objects as block blobs in a container of Azure; imported only where it is in use."""

import base64
import os
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    IncompleteReadError,
    ResourceNotFoundError,
)
from azure.storage.blob import (
    BlobBlock,
    BlobSasPermissions,
    ContainerClient,
    ContentSettings,
    LinearRetry,
    generate_blob_sas,
)
from django.conf import settings

from apps.files.errors import StorageUnavailable
from apps.files.names import checked_name
from apps.files.storages.dialect import Dialect, Failure
from apps.files.storages.steps import STEP_BYTES, gathered, steps_of
from apps.files.types import ByteSource, Part, SignedRequest, StoredObject
from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.resilience.services import Breaker

CONNECT_SECONDS = 2
# Of silence; an answer that goes on coming may take longer.
READ_SECONDS = 10
RETRIES = 2
# Written by one call; of more, an object is made of blocks, at most 50,000.
_PIECE_BYTES = 8 * 1024 * 1024
_READ_AT_ONCE = 4 * 1024 * 1024
_DELETED_AT_ONCE = 256
# A container that is missing is an object that is missing to nobody.
_ABSENT = ("BlobNotFound",)


class AzureStorage:
    """A container; blocks that nobody committed go by themselves after a week.

    Its signatures hold a client to a name and a time, but to no length.
    """

    name = "azure"
    can_append = False
    least_part_bytes = _PIECE_BYTES

    def __init__(self) -> None:
        self._dialect = Dialect(
            self.name, (AzureError,), _meaning, Breaker(failures=3, rest_seconds=1.0)
        )

    def put(self, name: str, source: ByteSource, *, content_type: str = "") -> int:
        """See `types.Storage`."""
        key = checked_name(name)
        with self._dialect.asking("put"):
            return self._write(key, steps_of(source, _PIECE_BYTES), content_type)

    def append(self, name: str, content: bytes, *, at: int) -> None:
        """Raise NotImplementedError: an object is written at once."""
        raise NotImplementedError

    def sync(self, name: str) -> None:
        """See `types.Storage`; what is here is here to stay."""

    def read(self, name: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `types.Storage`."""
        return self._dialect.following("read", self._steps(checked_name(name), start, end))

    def size(self, name: str) -> int:
        """See `types.Storage`."""
        with self._dialect.asking("size"):
            return self._size(name)

    def compose(self, parts: Sequence[Part], target: str) -> None:
        """See `types.Storage`; the parts are read, and written anew."""
        key = checked_name(target)
        steps = chain.from_iterable(
            self._steps(checked_name(part.object_name), 0, part.size_bytes) for part in parts
        )
        with self._dialect.asking("compose"):
            self._write(key, gathered(steps, _PIECE_BYTES))

    def move(self, source: str, target: str) -> None:
        """See `types.Storage`; it is copied, at once within an account, and then deleted."""
        key = checked_name(target)
        with self._dialect.asking("move"):
            try:
                self._size(source)
            except ResourceNotFoundError:
                self._size(key)
                return
            blob = self._client.get_blob_client(key)
            copied = blob.start_copy_from_url(self._client.get_blob_client(source).url)
            if copied["copy_status"] != "success":
                raise StorageUnavailable(f"Copying is {copied['copy_status']}.")
            self._client.delete_blob(source)

    def delete(self, names: Sequence[str]) -> None:
        """See `types.Storage`."""
        keys = [checked_name(name) for name in names]
        with self._dialect.asking("delete"):
            for first in range(0, len(keys), _DELETED_AT_ONCE):
                some = keys[first : first + _DELETED_AT_ONCE]
                for answer in self._client.delete_blobs(*some, raise_on_any_failure=False):
                    if answer.status_code not in {202, 404}:
                        raise StorageUnavailable(f"An object was not deleted: {answer.reason}.")

    def names(self, prefix: str) -> Iterator[StoredObject]:
        """See `types.Storage`."""
        return self._dialect.following("names", self._names(prefix))

    def local_path(self, name: str) -> Path | None:
        """Return None: it lies elsewhere."""
        return None

    def signed_get(
        self, name: str, *, seconds: int, content_type: str, disposition: str
    ) -> str | None:
        """See `types.Storage`."""
        return self._signed(
            name,
            BlobSasPermissions(read=True),
            _later(seconds),
            content_type=content_type,
            disposition=disposition,
        )

    def signed_put(
        self, name: str, *, seconds: int, size_bytes: int, content_type: str
    ) -> SignedRequest | None:
        """See `types.Storage`; nothing holds the client to the length."""
        expires_at = _later(seconds)
        return SignedRequest(
            method="PUT",
            url=self._signed(name, BlobSasPermissions(create=True), expires_at),
            headers={
                "Content-Type": content_type,
                "Content-Length": str(size_bytes),
                "x-ms-blob-type": "BlockBlob",
            },
            expires_at=expires_at,
        )

    def check(self) -> None:
        """See `types.Storage`; whether it lets us write is not known by this."""
        with self._dialect.asking("check"):
            self._client.get_container_properties()

    @property
    def _client(self) -> ContainerClient:
        return _client(
            os.getpid(),
            settings.FILES_AZURE_ENDPOINT_URL
            or f"https://{settings.FILES_AZURE_ACCOUNT}.blob.core.windows.net",
            settings.FILES_AZURE_CONTAINER,
            settings.FILES_AZURE_ACCOUNT,
            settings.FILES_AZURE_KEY,
        )

    def _write(self, key: str, pieces: Iterator[bytes], content_type: str = "") -> int:
        first, second = next(pieces, b""), next(pieces, b"")
        about = ContentSettings(content_type=content_type or None)
        blob = self._client.get_blob_client(key)
        if not second:
            blob.upload_blob(first, overwrite=True, content_settings=about)
            return len(first)
        # Blocks of two who write under one name at once must not meet.
        writer = new_id().bytes
        blocks: list[BlobBlock] = []
        size_bytes = 0
        for piece in chain((first, second), pieces):
            block = base64.b64encode(writer + len(blocks).to_bytes(4, "big")).decode()
            blob.stage_block(block, piece)
            blocks.append(BlobBlock(block))
            size_bytes += len(piece)
        blob.commit_block_list(blocks, content_settings=about)
        return size_bytes

    def _steps(self, key: str, start: int, end: int | None) -> Generator[bytes]:
        if start == end:
            return
        length = None if end is None else end - start
        try:
            found = self._client.download_blob(key, offset=start, length=length)
        except HttpResponseError as error:
            if end is None and error.status_code == 416:
                return
            raise
        except ValueError as error:
            # What answers is no Azure.
            raise StorageUnavailable("The answer cannot be read.") from error
        if length is not None and found.size != length:
            raise StorageUnavailable("An object is shorter than it should be.")
        rest = found.size
        for chunk in found.chunks():
            rest -= len(chunk)
            for first in range(0, len(chunk), STEP_BYTES):
                yield chunk[first : first + STEP_BYTES]
        if rest:
            raise StorageUnavailable("An object ended before its end.")

    def _names(self, prefix: str) -> Generator[StoredObject]:
        for found in self._client.list_blobs(name_starts_with=prefix):
            yield StoredObject(
                name=found.name, size_bytes=found.size, changed_at=found.last_modified
            )

    def _size(self, name: str) -> int:
        about = self._client.get_blob_client(checked_name(name)).get_blob_properties()
        return about.size

    def _signed(
        self,
        name: str,
        may: BlobSasPermissions,
        expires_at: datetime,
        *,
        content_type: str | None = None,
        disposition: str | None = None,
    ) -> str:
        signature = generate_blob_sas(
            settings.FILES_AZURE_ACCOUNT,
            settings.FILES_AZURE_CONTAINER,
            checked_name(name),
            account_key=settings.FILES_AZURE_KEY,
            permission=may,
            expiry=expires_at,
            content_type=content_type,
            content_disposition=disposition,
        )
        return f"{self._client.get_blob_client(name).url}?{signature}"


@cache
def _client(
    process_id: int, endpoint_url: str, container: str, account: str, key: str
) -> ContainerClient:
    """Return a client for all threads of a process: a forked one must share no connection."""
    return ContainerClient(
        endpoint_url,
        container,
        credential={"account_name": account, "account_key": key},
        connection_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retry_policy=LinearRetry(backoff=1, retry_total=RETRIES, random_jitter_range=1),
        max_single_put_size=2 * _PIECE_BYTES,
        max_single_get_size=_READ_AT_ONCE,
        max_chunk_get_size=_READ_AT_ONCE,
    )


def _later(seconds: int) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def _meaning(error: Exception) -> Failure:
    if isinstance(error, ResourceNotFoundError):
        is_absent = getattr(error, "error_code", "") in _ABSENT
        return Failure.ABSENT if is_absent else Failure.REFUSED
    if isinstance(error, HttpResponseError) and not isinstance(error, IncompleteReadError):
        is_refusal = error.status_code is not None and error.status_code < 500
        return Failure.REFUSED if is_refusal else Failure.OUTAGE
    return Failure.OUTAGE
