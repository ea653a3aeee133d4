"""The storages there are: each made once by a process, and found by its name."""

import pytest
from pytest_django import Settings

from apps.files.errors import StorageUnavailable
from apps.files.storages import current_storage, storage_named
from apps.files.storages.places import PLACES
from devstack.ports import LOOPBACK
from tests.apps.files.storages import servers


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_each_place_makes_the_storage_of_its_name(settings: Settings, place: object) -> None:
    servers.use_s3(settings, f"http://{LOOPBACK}:9")
    servers.use_azure(settings, f"http://{LOOPBACK}:9/{servers.ACCOUNT}")

    assert place.make().name == place.name  # type: ignore[attr-defined]  # parameters have no types


def test_process_has_one_of_each() -> None:
    assert storage_named("local") is storage_named("local")


def test_new_bytes_go_where_the_setting_says(settings: Settings) -> None:
    for name in ("s3", "local"):
        settings.FILES_STORAGE = name
        assert current_storage() is storage_named(name)


def test_storage_that_is_no_longer_there_cannot_be_reached() -> None:
    with pytest.raises(StorageUnavailable):
        storage_named("gone")
