"""P22: whatever chunkings, orders, repeats and cuts an upload has, its bytes equal the source."""

import random
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings
from typing_extensions import override

from apps.files import part_writers
from apps.files.models import File
from apps.files.ports import purposes
from apps.files.services import appending
from tests.apps.files.tus_clients import PARCEL, TusClient, bytes_of, upload_at
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SIZE = 20_000
SOURCE = b"%s\n" % random.Random(22).randbytes(SIZE // 2).hex().encode()[: SIZE - 1]
PLACES = st.integers(0, SIZE)


class Uploading(RuleBasedStateMachine):
    """One upload, by a client that errs in every way that tus knows."""

    def __init__(self) -> None:
        super().__init__()
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.offset = 0

    @initialize(is_deferred=st.booleans())
    def begin(self, is_deferred: bool) -> None:
        self.phone = TusClient(UserFactory.create())
        self.is_declared = not is_deferred
        self.url = self.phone.begun(length=None if is_deferred else SIZE)

    @rule(size=PLACES, in_chunks=st.booleans())
    def send_on(self, size: int, in_chunks: bool) -> None:
        """Send the next bytes, as many as there are of so many."""
        chunk = SOURCE[self.offset : self.offset + size]
        send = self.phone.patch_in_chunks if in_chunks else self.phone.patch
        assert send(self.url, chunk, offset=self.offset).status == 204
        self.offset += len(chunk)

    @rule(size=PLACES, came=PLACES)
    def send_and_be_cut(self, size: int, came: int) -> None:
        """Say that so many come, and let fewer come."""
        chunk = SOURCE[self.offset : self.offset + size]
        came = min(came, len(chunk))
        length = {"CONTENT_LENGTH": str(len(chunk)), "wsgi.input": Breaking(chunk[:came])}
        self.phone.patch(self.url, b"", offset=self.offset, environ=length)
        self.offset += came

    @precondition(lambda self: self.offset > 0)
    @rule(back=st.integers(1, SIZE), size=PLACES)
    def repeat(self, back: int, size: int) -> None:
        """Send again what is here already."""
        place = max(0, self.offset - back)
        answer = self.phone.patch(self.url, SOURCE[place : place + size], offset=place)
        assert answer.status in {409, 413}

    @precondition(lambda self: self.offset < SIZE - 1)
    @rule(ahead=st.integers(1, SIZE), size=PLACES)
    def leave_out(self, ahead: int, size: int) -> None:
        """Send bytes before those that stand in front of them."""
        place = min(SIZE, self.offset + ahead)
        answer = self.phone.patch(self.url, SOURCE[place : place + size], offset=place)
        assert answer.status == 409

    @precondition(lambda self: self.is_declared)
    @rule(more=st.integers(1, 1000), in_chunks=st.booleans())
    def send_too_many(self, more: int, in_chunks: bool) -> None:
        """Send all that is left, and more."""
        send = self.phone.patch_in_chunks if in_chunks else self.phone.patch
        chunk = SOURCE[self.offset :] + b"!" * more
        if in_chunks and self.offset == SIZE:
            return
        assert send(self.url, chunk, offset=self.offset).status == 413
        self.offset = self.phone.offset(self.url)

    @rule(size=st.integers(1, SIZE))
    def send_with_a_wrong_checksum(self, size: int) -> None:
        """Send the next bytes with the checksum of others."""
        chunk = SOURCE[self.offset : self.offset + size]
        if chunk:
            wrong = {"Upload_Checksum": "crc32 AAAAAA=="}
            answer = self.phone.patch(self.url, chunk, offset=self.offset, **wrong)
            assert answer.status == 460

    @precondition(lambda self: not self.is_declared)
    @rule()
    def say_how_long_it_is(self) -> None:
        headers = {"Upload_Length": str(SIZE)}
        assert self.phone.patch(self.url, b"", offset=self.offset, **headers).status == 204
        self.is_declared = True

    @invariant()
    def what_is_here_is_the_beginning_of_the_source(self) -> None:
        if not hasattr(self, "url"):
            return
        upload = upload_at(self.url)
        assert self.phone.offset(self.url) == upload.offset_bytes == self.offset
        assert bytes_of(upload) == SOURCE[: self.offset]
        is_complete = self.is_declared and self.offset == SIZE
        assert File.objects.filter(public_id=upload.public_id).exists() is is_complete

    @override
    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)


class Breaking(BytesIO):
    """A line that breaks once its bytes have come."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        """Return bytes while there are any."""
        block = super().read(size)
        if not block:
            raise ConnectionResetError
        return block


@pytest.mark.parametrize("can_append", [True, False], ids=["growing", "objects"])
def test_assembled_bytes_equal_the_source(
    can_append: bool, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Any
) -> None:
    """On a disk, where a part grows, and as on S3, where each is written at once; all are small."""
    settings.FILES_ROOT = tmp_path / "files"
    monkeypatch.setitem(purposes._entries, PARCEL.name, PARCEL)
    monkeypatch.setattr(part_writers, "PART_BYTES", 3000)
    monkeypatch.setattr(appending, "PART_BYTES", 3000)
    monkeypatch.setattr("apps.files.bodies.STEP_BYTES", 1024)
    monkeypatch.setattr("apps.files.storages.local.LocalStorage.can_append", can_append)
    run_state_machine_as_test(Uploading, settings=_FEW)


_FEW = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
