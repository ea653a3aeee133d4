"""Deleting files: at once for everybody, and soon after for the storage."""

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.caching.models import Invalidation
from apps.cdn.models import Purge
from apps.files import services
from apps.files.models import Blob, File
from apps.files.services import quotas
from apps.files.types import FileState
from apps.kernel.clock import now
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from tests.apps.files.conftest import Club, told_of
from tests.factories.files import FileFactory, PendingFileFactory, UploadFactory, UsageFactory

pytestmark = pytest.mark.django_db


def test_a_deleted_file_is_gone_and_its_owner_and_scope_hear_of_it(owner: User, club: Club) -> None:
    file = FileFactory.create(owner=owner, scope=club.scope)

    services.delete_file(file.public_id, cause="owner")

    assert not File.objects.exists()
    (told,) = told_of(file.public_id)
    assert told.topic == "files.file.deleted"
    assert told.audience == (f"user:{owner.public_id}", club.scope)
    assert told.payload["cause"] == "owner"


def test_its_room_is_given_back(owner: User) -> None:
    file = FileFactory.create(owner=owner, blob__size_bytes=300)
    usage = UsageFactory.create(user=owner, used_bytes=1000)

    services.delete_file(file.public_id, cause="owner")

    usage.refresh_from_db()
    assert usage.used_bytes == 700
    assert quotas.reconcile(owner.pk) == 700


@pytest.mark.parametrize("state", [FileState.REFUSED, FileState.INFECTED])
def test_what_was_refused_had_no_room_to_give_back(state: FileState, owner: User) -> None:
    file = PendingFileFactory.create(owner=owner, state=state)
    usage = UsageFactory.create(user=owner, used_bytes=1000)

    services.delete_file(file.public_id, cause="owner")

    usage.refresh_from_db()
    assert usage.used_bytes == 1000


def test_its_blob_is_looked_after_and_others_are_not(owner: User) -> None:
    file = FileFactory.create(owner=owner)
    other = FileFactory.create(owner=owner)

    services.delete_file(file.public_id, cause="owner")

    assert [blob.pk for blob in Blob.objects.exclude(unused_at=None)] == [file.blob_id]
    assert Blob.objects.filter(files=other, unused_at=None).exists()


def test_its_upload_is_over(owner: User) -> None:
    upload = UploadFactory.create(owner=owner)
    PendingFileFactory.create(owner=owner, public_id=upload.public_id)

    services.delete_file(upload.public_id, cause="owner")

    upload.refresh_from_db()
    assert upload.expires_at <= now()


def test_what_caches_made_of_it_counts_no_more(owner: User, settings: Settings) -> None:
    settings.CDN_PROVIDER = "http"
    file = FileFactory.create(owner=owner)

    services.delete_file(file.public_id, cause="operator")

    assert Invalidation.objects.get().subject == f"file-{file.public_id}"
    assert Purge.objects.get().subjects == [f"file-{file.public_id}"]


def test_a_file_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.delete_file(new_id(), cause="owner")
