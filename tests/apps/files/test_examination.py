"""The doctor looks at the storages."""

from pathlib import Path

import pytest
from pytest_django import Settings

from apps.files.examination import StorageExamination
from apps.files.storages import current_storage
from devstack.ports import LOOPBACK, free_port
from tests.apps.files.storages import servers
from tests.factories.files import BlobFactory

pytestmark = pytest.mark.django_db


def test_storage_that_can_be_used_is_well_and_as_it_was() -> None:
    (finding,) = StorageExamination().examine()

    assert "local takes, gives and removes" in finding.what
    assert not finding.cure
    assert not list(current_storage().names(""))


def test_storage_that_cannot_be_written_to_is_told(files_root: Path) -> None:
    files_root.write_text("not a folder")

    (finding,) = StorageExamination().examine()

    assert "cannot be used" in finding.what
    assert "choose-a-storage" in finding.cure


def test_former_storage_that_still_holds_files_and_is_away_is_told(settings: Settings) -> None:
    servers.use_s3(settings, f"http://{LOOPBACK}:{free_port()}")
    settings.FILES_STORAGE = "local"
    BlobFactory.create(storage="s3")
    BlobFactory.create(storage="gone")

    first, *others = StorageExamination().examine()

    assert not first.cure
    assert [finding.what.split(",")[0] for finding in others] == [
        "the storage gone cannot be reached",
        "the storage s3 cannot be reached",
    ]
    assert all(finding.cure for finding in others)
