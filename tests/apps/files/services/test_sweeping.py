"""Sweeping: what nobody needs any more goes, what should be there and is not is told."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.accounts.models import User
from apps.files.models import Blob, Sweep, Usage
from apps.files.names import content_name, quarantine_name
from apps.files.selectors import last_sweep
from apps.files.services.sweeping import sweep
from apps.files.storages import current_storage
from apps.kernel.clock import now
from tests.apps.files.stored import stored_file
from tests.factories.files import BlobFactory, FileFactory, UploadFactory, UsageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mess(owner: User, files_root: Path) -> None:
    """One of everything that a sweep looks for, and a file that is sound."""
    stored_file(b"a plan", owner=owner)
    UploadFactory.create(owner=owner, expires_at=now() - timedelta(hours=1))
    BlobFactory.create(object_name=content_name("cd" * 32), sha256="cd" * 32)
    for name in (content_name("ab" * 32), quarantine_name("ef" * 32)):
        current_storage().put(name, io.BytesIO(b"left"))
        os.utime(files_root / name, (0, 0))
    BlobFactory.create(sha256="ef" * 32, state="infected", object_name=quarantine_name("ef" * 32))
    FileFactory.create(owner=owner, blob=Blob.objects.get(sha256="ef" * 32), state="infected")
    UsageFactory.create(user=owner, used_bytes=5000)
    FileFactory.create(owner=owner, blob__object_name=content_name("99" * 32), blob__size_bytes=1)


@pytest.mark.usefixtures("mess")
def test_a_sweep_leaves_what_is_needed_and_tells_what_is_missing(
    owner: User, files_root: Path
) -> None:
    report = sweep()

    assert report.expired_uploads == 1
    assert report.unused_blobs == 1
    assert (report.orphaned_objects, report.orphaned_bytes) == (1, 4)
    assert report.quarantined_objects == 1
    assert report.usages_off == 1
    assert report.missing_objects == (content_name("99" * 32),)
    assert Usage.objects.get(user=owner).used_bytes == len(b"a plan") + 1
    (left,) = (path for path in files_root.rglob("*") if path.is_file())
    assert left.read_bytes() == b"a plan"
    assert last_sweep() == report


@pytest.mark.usefixtures("mess")
def test_a_dry_run_tells_the_same_and_does_nothing(owner: User, files_root: Path) -> None:
    before = sorted(files_root.rglob("*"))

    told = sweep(is_dry_run=True)

    assert sorted(files_root.rglob("*")) == before
    assert Usage.objects.get(user=owner).used_bytes == 5000
    assert not Sweep.objects.exists()
    done = sweep()
    for name in ("expired_uploads", "unused_blobs", "orphaned_objects", "usages_off"):
        assert getattr(told, name) == getattr(done, name), name


@pytest.mark.usefixtures("mess")
def test_a_second_sweep_finds_nothing_but_what_is_missing() -> None:
    sweep()

    report = sweep()

    assert (report.expired_uploads, report.unused_blobs, report.orphaned_objects) == (0, 0, 0)
    assert (report.quarantined_objects, report.usages_off) == (0, 0)
    assert len(report.missing_objects) == 1


def test_an_object_that_is_shorter_than_its_row_says_is_missing(owner: User) -> None:
    file = stored_file(b"a plan", owner=owner)
    Blob.objects.update(size_bytes=7)
    assert file.blob is not None

    assert sweep().missing_objects == (file.blob.object_name,)


def test_a_long_look_goes_on_where_it_ended(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in "12":
        FileFactory.create(owner=owner)
    first, second = Blob.objects.order_by("pk")
    monkeypatch.setattr("apps.files.services.sweeping.LOOKING_SECONDS", -1.0)
    Sweep.objects.create(report={"looked_until": first.pk})

    assert sweep().looked_until == first.pk
    monkeypatch.undo()
    assert sweep().missing_objects == (second.object_name,)


def test_a_storage_that_does_not_answer_waits_for_the_next_sweep(
    owner: User, settings: Settings
) -> None:
    stored_file(b"a plan", owner=owner)
    settings.FILES_STORAGE = "nowhere"

    report = sweep()

    assert report.storages_away == ("nowhere",)
    assert report.missing_objects == ()


def test_reports_are_kept_for_a_month() -> None:
    sweep()
    Sweep.objects.update(created_at=now() - timedelta(days=31))
    sweep()

    assert Sweep.objects.count() == 1


def test_before_the_first_sweep_there_is_no_report() -> None:
    assert last_sweep() is None
