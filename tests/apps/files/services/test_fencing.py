"""One request writes to an upload at a time; a silent one is overtaken and records no more."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from apps.files.errors import OffsetMismatch, UploadLocked
from apps.files.models import Upload
from apps.files.services.fencing import beat, fence_off, hold, let_go
from apps.kernel.errors import NotFound
from tests.factories.files import UploadFactory

pytestmark = pytest.mark.django_db


def _held(upload: Upload, *, at: int = 0) -> Upload:
    return hold(upload.pk, offset_bytes=at, prepare=lambda _: None)


def _fall_silent(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(heard_at=Now() - timedelta(seconds=1.1))


def test_second_writer_is_asked_to_come_again() -> None:
    upload = UploadFactory.create()
    _held(upload)

    with pytest.raises(UploadLocked) as refused:
        _held(upload)

    assert refused.value.headers == {"Retry-After": "1"}


def test_who_lets_go_makes_room_at_once() -> None:
    upload = UploadFactory.create()
    let_go(_held(upload))

    assert _held(upload).generation == 2


def test_silent_writer_is_overtaken_and_records_nothing_more() -> None:
    upload = UploadFactory.create()
    first = _held(upload)
    _fall_silent(upload)
    second = _held(upload)

    with pytest.raises(UploadLocked):
        beat(first, offset_bytes=100)
    let_go(first)
    beat(second, offset_bytes=5)

    upload.refresh_from_db()
    assert (upload.offset_bytes, upload.heard_at is None) == (5, False)


def test_writer_who_is_heard_is_not_overtaken() -> None:
    upload = UploadFactory.create()
    first = _held(upload)
    _fall_silent(upload)
    beat(first)

    with pytest.raises(UploadLocked):
        _held(upload)


def test_other_offset_is_told_and_takes_nothing() -> None:
    upload = UploadFactory.create(offset_bytes=7)

    with pytest.raises(OffsetMismatch) as refused:
        _held(upload, at=6)

    assert refused.value.headers == {"Upload-Offset": "7"}
    assert _held(upload, at=7).generation == 1


def test_fenced_off_writer_records_nothing() -> None:
    first = _held(UploadFactory.create())
    fence_off(first)

    with pytest.raises(UploadLocked):
        beat(first, offset_bytes=F("offset_bytes") + 1)


def test_upload_that_is_gone_is_held_by_nobody() -> None:
    upload = UploadFactory.create()
    Upload.objects.all().delete()

    with pytest.raises(NotFound):
        _held(upload)
