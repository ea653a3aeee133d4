"""An upload goes with its bytes and its room; a file of it stays."""

import pytest

from apps.accounts.models import User
from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.models import File, Upload, Usage
from apps.files.services.discarding import discard_upload, discard_upload_if_any, room_taken
from apps.files.storages import storage_named
from apps.files.storages.local import LocalStorage
from apps.files.types import Concatenation, UploadState
from tests.apps.files.tus_clients import PARCEL, TusClient, upload_at
from tests.factories.files import UploadFactory, UploadPartFactory

pytestmark = pytest.mark.django_db

LINES = b"".join(b"line %06d\n" % number for number in range(1000))


@pytest.fixture
def half(owner: User, monkeypatch: pytest.MonkeyPatch) -> Upload:
    from apps.files.ports import purposes

    monkeypatch.setitem(purposes._entries, PARCEL.name, PARCEL)
    phone = TusClient(owner)
    url = phone.begun(length=len(LINES))
    phone.patch(url, LINES[:6000], offset=0)
    return upload_at(url)


def test_discarded_upload_leaves_nothing(
    half: Upload, owner: User, django_capture_on_commit_callbacks: object
) -> None:
    (part,) = half.parts.all()
    assert Usage.objects.get().used_bytes == len(LINES)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        discard_upload(half)

    assert Usage.objects.get().used_bytes == 0
    with pytest.raises(ObjectMissing):
        storage_named("local").size(part.object_name)
    discard_upload_if_any(half)


def test_storage_that_is_away_does_not_keep_an_upload(
    half: Upload, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    def fail(*_: object) -> None:
        raise StorageUnavailable

    monkeypatch.setattr(LocalStorage, "delete", fail)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        discard_upload(half)

    assert not Upload.objects.exists()


def test_file_of_an_upload_keeps_its_bytes_and_its_room() -> None:
    upload = UploadFactory.create(state=UploadState.COMPLETE)

    assert room_taken(upload) == 0
    assert not File.objects.exists()


def test_partial_upload_takes_room_until_its_parts_went_into_another() -> None:
    upload = UploadFactory.create(
        state=UploadState.COMPLETE, concatenation=Concatenation.PARTIAL, length_bytes=10
    )
    part = UploadPartFactory.create(upload=upload, size_bytes=10)
    assert room_taken(upload) == 10

    part.delete()

    assert room_taken(upload) == 0
    assert room_taken(UploadFactory.create(length_bytes=None, offset_bytes=4)) == 4
