"""Objects in a bucket of S3, or of what speaks its protocol; imported only where it is in use."""

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.conf import settings

from apps.files.errors import StorageUnavailable
from apps.files.names import checked_name
from apps.files.storages.composing import pieces_of
from apps.files.storages.dialect import Dialect, Failure
from apps.files.storages.s3_client import Place, client_of
from apps.files.storages.s3_multipart import CannotCopy, multipart
from apps.files.storages.steps import STEP_BYTES, gathered, steps_of
from apps.files.types import ByteSource, Part, SignedRequest, StoredObject
from apps.kernel import clock
from apps.resilience.services import Breaker

# Written by one call; of more, an object is made of pieces, at most 10,000.
_PIECE_BYTES = 8 * 1024 * 1024
_DELETED_AT_ONCE = 1000
# A HEAD has no body that could say which.
_ABSENT = ("NoSuchKey", "404")


class S3Storage:
    """A bucket; multipart uploads that a killed process left are for a rule of its lifecycle."""

    name = "s3"
    can_append = False
    least_part_bytes = _PIECE_BYTES

    def __init__(self) -> None:
        self._dialect = Dialect(
            self.name,
            (BotoCoreError, ClientError),
            _meaning,
            Breaker(failures=3, rest_seconds=1.0),
        )
        # Some that speak S3 know no UploadPartCopy.
        self._copies_pieces = True

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
        """See `types.Storage`; what is large enough is copied by S3 itself."""
        key = checked_name(target)
        with self._dialect.asking("compose"):
            self._compose(parts, key)

    def move(self, source: str, target: str) -> None:
        """See `types.Storage`; it is copied, and then deleted."""
        key = checked_name(target)
        with self._dialect.asking("move"):
            try:
                size_bytes = self._size(source)
            except ClientError as error:
                if _meaning(error) is not Failure.ABSENT:
                    raise
                self._size(key)
                return
            self._compose([Part(object_name=source, size_bytes=size_bytes)], key)
            self._client.delete_object(Bucket=self._bucket, Key=source)

    def delete(self, names: Sequence[str]) -> None:
        """See `types.Storage`."""
        keys = [{"Key": checked_name(name)} for name in names]
        with self._dialect.asking("delete"):
            for first in range(0, len(keys), _DELETED_AT_ONCE):
                answer = self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": keys[first : first + _DELETED_AT_ONCE], "Quiet": True},
                )
                for error in answer.get("Errors", ()):
                    raise StorageUnavailable(f"An object was not deleted: {error.get('Code')}.")

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
            "get_object",
            seconds,
            Key=checked_name(name),
            ResponseContentType=content_type,
            ResponseContentDisposition=disposition,
        )

    def signed_put(
        self, name: str, *, seconds: int, size_bytes: int, content_type: str
    ) -> SignedRequest | None:
        """See `types.Storage`; length, type, and that nothing is replaced are signed."""
        url = self._signed(
            "put_object",
            seconds,
            Key=checked_name(name),
            ContentLength=size_bytes,
            ContentType=content_type,
            IfNoneMatch="*",
        )
        return SignedRequest(
            method="PUT",
            url=url,
            headers={
                "Content-Type": content_type,
                "Content-Length": str(size_bytes),
                "If-None-Match": "*",
            },
            expires_at=clock.now() + timedelta(seconds=seconds),
        )

    def check(self) -> None:
        """See `types.Storage`; whether it lets us write is not known by this."""
        with self._dialect.asking("check"):
            self._client.head_bucket(Bucket=self._bucket)

    @property
    def _bucket(self) -> str:
        bucket: str = settings.FILES_S3_BUCKET
        return bucket

    @property
    def _client(self) -> Any:
        return client_of(os.getpid(), Place.of_settings())

    def _write(self, key: str, pieces: Iterator[bytes], content_type: str = "") -> int:
        first, second = next(pieces, b""), next(pieces, b"")
        if second:
            return self._write_pieces(key, chain((first, second), pieces), content_type)
        about = {"ContentType": content_type} if content_type else {}
        self._client.put_object(Bucket=self._bucket, Key=key, Body=first, **about)
        return len(first)

    def _write_pieces(self, key: str, pieces: Iterator[bytes], content_type: str) -> int:
        size_bytes = 0
        with multipart(self._client, self._bucket, key, content_type=content_type) as whole:
            for piece in pieces:
                whole.write(piece)
                size_bytes += len(piece)
        return size_bytes

    def _compose(self, parts: Sequence[Part], key: str) -> None:
        is_small = sum(part.size_bytes for part in parts) <= _PIECE_BYTES
        if not is_small and self._copies_pieces:
            try:
                self._copy_pieces(parts, key)
            except CannotCopy:
                self._copies_pieces = False
            else:
                return
        steps = chain.from_iterable(
            self._steps(checked_name(part.object_name), 0, part.size_bytes) for part in parts
        )
        self._write(key, gathered(steps, _PIECE_BYTES))

    def _copy_pieces(self, parts: Sequence[Part], key: str) -> None:
        with multipart(self._client, self._bucket, key) as whole:
            for piece in pieces_of(parts):
                if len(piece) == 1:
                    whole.copy(piece[0])
                else:
                    steps = (self._steps(each.object_name, each.start, each.end) for each in piece)
                    whole.write(b"".join(chain.from_iterable(steps)))

    def _steps(self, key: str, start: int, end: int | None) -> Generator[bytes]:
        if start == end:
            return
        about = {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **about)
        except ClientError as error:
            if end is None and _status(error) == 416:
                return
            raise
        rest = answer["ContentLength"]
        with closing(answer["Body"]) as body:
            if end is not None and rest != end - start:
                raise StorageUnavailable("An object is shorter than it should be.")
            while rest:
                step = body.read(min(rest, STEP_BYTES))
                if not step:
                    raise StorageUnavailable("An object ended before its end.")
                rest -= len(step)
                yield step

    def _names(self, prefix: str) -> Generator[StoredObject]:
        lister = self._client.get_paginator("list_objects_v2")
        for page in lister.paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                yield StoredObject(
                    name=found["Key"], size_bytes=found["Size"], changed_at=found["LastModified"]
                )

    def _size(self, name: str) -> int:
        about = self._client.head_object(Bucket=self._bucket, Key=checked_name(name))
        size_bytes: int = about["ContentLength"]
        return size_bytes

    def _signed(self, operation: str, seconds: int, **about: Any) -> str:
        url: str = self._client.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, **about}, ExpiresIn=seconds
        )
        return url


def _status(error: ClientError) -> int:
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status


def _meaning(error: Exception) -> Failure:
    if isinstance(error, ClientError):
        if error.response["Error"]["Code"] in _ABSENT:
            return Failure.ABSENT
        return Failure.OUTAGE if _status(error) >= 500 else Failure.REFUSED
    is_outage = isinstance(error, (HTTPClientError, exceptions.ConnectionError))
    return Failure.OUTAGE if is_outage else Failure.REFUSED
