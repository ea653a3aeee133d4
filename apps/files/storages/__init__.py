"""The storages: local disk, S3 and Azure Blob, one file each; see `types.Storage`."""

from functools import cache

from django.conf import settings

from apps.files.errors import StorageUnavailable
from apps.files.ports import storages
from apps.files.types import Storage


def storage_named(name: str) -> Storage:
    """Return the storage of that name, of which a process has one.

    Raises StorageUnavailable where there is none: a row may name one that is no longer there.
    """
    return _made(name)


def current_storage() -> Storage:
    """Return the storage that new bytes go to (FILES_STORAGE)."""
    return storage_named(settings.FILES_STORAGE)


@cache
def _made(name: str) -> Storage:
    place = storages.get(name)
    if place is None:
        raise StorageUnavailable(f"No storage is called {name!r}.")
    return place.make()
