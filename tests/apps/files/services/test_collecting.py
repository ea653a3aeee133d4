"""Collecting: what rows say is over goes from the storage, soon after they do."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.files import services
from apps.files.models import Blob, File, Rendition, Upload
from apps.files.names import part_name
from apps.files.services import quotas
from apps.files.services.collecting import collect, remove_blob_if_unused
from apps.files.storages import current_storage
from apps.files.types import FileState
from apps.kernel.clock import now
from tests.apps.files.stored import stored_file, stored_rendition
from tests.factories.files import (
    FileFactory,
    PendingFileFactory,
    UploadFactory,
    UploadPartFactory,
    UsageFactory,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def objects_in(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def an_upload(*, length: int = 10, **fields: object) -> Upload:
    upload = UploadFactory.create(length_bytes=length, **fields)
    name = part_name(upload.public_id, 1, 1)
    current_storage().put(name, io.BytesIO(b"x"))
    UploadPartFactory.create(upload=upload, object_name=name, size_bytes=1)
    return upload


def test_an_expired_upload_goes_with_its_parts_and_its_room(owner: User, files_root: Path) -> None:
    an_upload(owner=owner, expires_at=now() - HOUR)
    UsageFactory.create(user=owner, used_bytes=10)

    assert collect() == (1, 0)

    assert not Upload.objects.exists()
    assert objects_in(files_root) == set()
    assert quotas.reconcile(owner.pk) == 0


def test_an_upload_that_is_not_over_stays(owner: User, files_root: Path) -> None:
    an_upload(owner=owner, expires_at=now() + HOUR)
    an_upload(owner=owner, expires_at=now() - HOUR, heard_at=now())

    assert collect() == (0, 0)
    assert len(objects_in(files_root)) == 2


@pytest.mark.parametrize("state", [FileState.PENDING, FileState.ERROR])
def test_the_bytes_of_a_file_that_waits_to_be_looked_through_stay(
    state: FileState, owner: User, files_root: Path
) -> None:
    upload = an_upload(owner=owner, state="complete", expires_at=now() - HOUR)
    PendingFileFactory.create(owner=owner, public_id=upload.public_id, state=state)

    assert collect() == (0, 0)
    assert len(objects_in(files_root)) == 1


def test_a_pending_file_that_is_deleted_leaves_nothing(owner: User, files_root: Path) -> None:
    upload = an_upload(owner=owner, state="complete")
    PendingFileFactory.create(owner=owner, public_id=upload.public_id)
    services.delete_file(upload.public_id, cause="owner")

    assert objects_in(files_root)
    assert collect() == (1, 0)
    assert objects_in(files_root) == set()


def test_a_deleted_file_leaves_neither_bytes_nor_renditions(owner: User, files_root: Path) -> None:
    file = stored_file(b"a photo", owner=owner)
    assert file.blob is not None
    stored_rendition(file.blob, b"a thumbnail")
    services.delete_file(file.public_id, cause="owner")

    # The transaction that deletes it may yet fail, so nothing is gone by then.
    assert len(objects_in(files_root)) == 2
    assert collect() == (0, 1)
    assert objects_in(files_root) == set()
    assert not Blob.objects.exists()
    assert not Rendition.objects.exists()


def test_bytes_that_somebody_else_brought_too_stay(
    owner: User, stranger: User, files_root: Path
) -> None:
    file = stored_file(b"a photo", owner=owner)
    FileFactory.create(owner=stranger, blob=file.blob)
    services.delete_file(file.public_id, cause="owner")

    assert collect() == (0, 0)
    assert len(objects_in(files_root)) == 1
    assert Blob.objects.get().unused_at is None


def test_bytes_that_a_worker_looks_at_anew_stay_until_it_is_done(
    owner: User, files_root: Path
) -> None:
    file = stored_file(b"a photo", owner=owner)
    Blob.objects.update(claimed_until=now() + HOUR)
    services.delete_file(file.public_id, cause="owner")

    assert collect() == (0, 0)
    Blob.objects.update(claimed_until=now() - HOUR)
    assert collect() == (0, 1)


def test_collecting_twice_does_no_harm(owner: User) -> None:
    file = stored_file(b"a photo", owner=owner)
    blob_id = file.blob_id
    services.delete_file(file.public_id, cause="owner")
    assert blob_id is not None

    assert remove_blob_if_unused(blob_id)
    assert not remove_blob_if_unused(blob_id)
    assert not File.objects.exists()
