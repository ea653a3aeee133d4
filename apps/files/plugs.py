"""What files plugs into others, and into itself: the storages."""

from apps.files.ports import StoragePlace, storages
from apps.files.types import Storage


def _local() -> Storage:
    from apps.files.storages.local import LocalStorage  # noqa: PLC0415  only where it is in use

    return LocalStorage()


storages.register(StoragePlace(name="local", make=_local))
