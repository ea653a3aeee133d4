"""Orphans: objects that no row knows, left behind by workers that were killed between the two."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from apps.accounts.models import User
from apps.files.models import Blob
from apps.files.names import (
    content_name,
    incoming_name,
    part_name,
    quarantine_name,
    rendition_name,
)
from apps.files.services.orphans import old_quarantine_in, orphans_in, remove_orphan
from apps.files.storages import current_storage
from apps.files.types import FileState, RenditionState, StoredObject
from apps.kernel import clock
from devstack.waiting import wait_until
from tests.apps.files.stored import stored_file, stored_rendition
from tests.factories.files import (
    BlobFactory,
    PendingFileFactory,
    RenditionFactory,
    UploadFactory,
    UploadPartFactory,
)

pytestmark = pytest.mark.django_db

SHA = "ab" * 32
NOBODY = UUID("019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d")


def put(name: str, *, root: Path, days_old: float = 2) -> str:
    current_storage().put(name, io.BytesIO(b"left"))
    changed = (clock.now() - timedelta(days=days_old)).timestamp()
    os.utime(root / name, (changed, changed))
    return name


def orphans() -> set[str]:
    return {each.name for each in orphans_in("local")}


@pytest.mark.parametrize(
    "name",
    [
        content_name(SHA),
        quarantine_name(SHA),
        rendition_name(SHA, "300", "webp"),
        part_name(NOBODY, 1, 1),
        incoming_name(NOBODY),
        "incoming/half-019ab2d0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
    ],
)
def test_an_old_object_without_a_row_is_found(name: str, files_root: Path) -> None:
    put(name, root=files_root)

    (found,) = orphans_in("local")

    assert found.name == name
    assert remove_orphan("local", found)
    assert not orphans()


def test_a_young_object_is_left_alone(files_root: Path) -> None:
    put(content_name(SHA), root=files_root, days_old=0.9)

    assert not orphans()


def test_what_nothing_here_has_made_is_left_alone(files_root: Path) -> None:
    put("content/notes.txt", root=files_root)
    put("elsewhere/" + SHA, root=files_root)

    assert not orphans()


def test_what_rows_know_is_none(owner: User, files_root: Path) -> None:
    file = stored_file(b"a photo", owner=owner)
    assert file.blob is not None
    stored_rendition(file.blob, b"a thumbnail")
    planned = RenditionFactory.create(
        blob=file.blob, name="600", state=RenditionState.PENDING, object_name=""
    )
    put(rendition_name(file.blob.sha256, planned.name, planned.format), root=files_root)
    infected = BlobFactory.create(state=FileState.INFECTED, sha256=SHA)
    infected.object_name = quarantine_name(SHA)
    infected.save()
    put(quarantine_name(SHA), root=files_root)
    part = UploadPartFactory.create()
    put(part.object_name, root=files_root)
    growing = UploadFactory.create()
    put(part_name(growing.public_id, 1, 1), root=files_root)
    pending = PendingFileFactory.create()
    put(incoming_name(pending.public_id), root=files_root)
    for path in files_root.rglob("*"):
        os.utime(path, (0, 0))

    assert not orphans()


def test_what_a_row_knows_by_now_is_not_removed(files_root: Path) -> None:
    name = put(content_name(SHA), root=files_root)
    (found,) = orphans_in("local")
    BlobFactory.create(sha256=SHA)

    assert not remove_orphan("local", found)
    assert current_storage().size(name) == 4


@pytest.mark.django_db(transaction=True)
def test_who_brings_the_same_bytes_at_this_moment_keeps_them(files_root: Path) -> None:
    name = put(content_name(SHA), root=files_root)
    (found,) = orphans_in("local")
    removed: list[bool] = []

    def sweep() -> None:
        try:
            removed.append(remove_orphan("local", found))
        finally:
            connection.close()

    with transaction.atomic():
        # As the checker does: the object first, then the row, then a look whether it is there.
        BlobFactory.create(sha256=SHA)
        sweeper = threading.Thread(target=sweep)
        sweeper.start()
        assert wait_until(_somebody_waits, seconds=30)
        assert current_storage().size(name) == 4
    sweeper.join(30)

    assert removed == [False]
    assert current_storage().size(name) == 4
    assert Blob.objects.count() == 1


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_place_is_held_without_leaving_a_trace(files_root: Path) -> None:
    put(content_name(SHA), root=files_root)
    (found,) = orphans_in("local")

    assert remove_orphan("local", found)
    assert not Blob.objects.exists()


def test_what_lay_in_quarantine_for_long_is_told(files_root: Path) -> None:
    old = put(quarantine_name(SHA), root=files_root, days_old=31)
    put(quarantine_name("cd" * 32), root=files_root, days_old=29)

    assert [each.name for each in old_quarantine_in("local")] == [old]


def test_an_object_that_is_gone_already_is_removed_without_harm() -> None:
    gone = StoredObject(name=content_name(SHA), size_bytes=1, changed_at=clock.now())

    assert remove_orphan("local", gone)
