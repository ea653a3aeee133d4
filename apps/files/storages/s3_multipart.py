"""Objects of S3 that are written piece by piece, and that nobody sees before the end."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from apps.files.errors import StorageUnavailable
from apps.files.names import checked_name
from apps.files.storages.composing import Slice


class CannotCopy(Exception):
    """The server has no UploadPartCopy."""


class Multipart:
    """A multipart upload on its way."""

    def __init__(self, client: Any, bucket: str, key: str, upload_id: str) -> None:
        self._client = client
        self._bucket = bucket
        self._about = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
        self._pieces: list[dict[str, Any]] = []
        self._size_bytes = 0

    def write(self, content: bytes) -> None:
        """Add a piece."""
        answer = self._client.upload_part(**self._about, PartNumber=self._next, Body=content)
        self._add(answer["ETag"], len(content))

    def copy(self, piece: Slice) -> None:
        """Add a piece of another object, without reading it; raises CannotCopy."""
        answer = self._client.upload_part_copy(
            **self._about,
            PartNumber=self._next,
            CopySource={"Bucket": self._bucket, "Key": checked_name(piece.object_name)},
            CopySourceRange=f"bytes={piece.start}-{piece.end - 1}",
        )
        tag = answer.get("CopyPartResult", {}).get("ETag")
        if not tag:
            raise CannotCopy
        self._add(tag, piece.size_bytes)

    @property
    def _next(self) -> int:
        return len(self._pieces) + 1

    def _add(self, tag: str, size_bytes: int) -> None:
        self._pieces.append({"PartNumber": self._next, "ETag": tag})
        self._size_bytes += size_bytes

    def complete(self) -> None:
        """Let the object be there; raises StorageUnavailable where a piece is not whole."""
        self._weigh()
        self._client.complete_multipart_upload(
            **self._about, MultipartUpload={"Parts": self._pieces}
        )

    def _weigh(self) -> None:
        """Raise StorageUnavailable if pieces came out shorter than what they were copied of."""
        lister = self._client.get_paginator("list_parts")
        pages = lister.paginate(**self._about)
        if sum(piece["Size"] for page in pages for piece in page["Parts"]) != self._size_bytes:
            raise StorageUnavailable("A part is shorter than what was written to it.")

    def abort(self) -> None:
        """Give it up; raises nothing."""
        # What is left of it is for a rule of the bucket's lifecycle.
        with suppress(BotoCoreError, ClientError):
            self._client.abort_multipart_upload(**self._about)


@contextmanager
def multipart(client: Any, bucket: str, key: str, *, content_type: str = "") -> Iterator[Multipart]:
    """Give an object to be written within the block; where that fails there is none."""
    about = {"ContentType": content_type} if content_type else {}
    begun = client.create_multipart_upload(Bucket=bucket, Key=key, **about)
    whole = Multipart(client, bucket, key, begun["UploadId"])
    try:
        yield whole
        whole.complete()
    except BaseException:
        whole.abort()
        raise
