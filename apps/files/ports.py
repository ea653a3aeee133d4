"""What other apps plug into files: purposes; and what files plugs into itself."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.files.types import Purpose, Scanner, Storage
from apps.kernel.registry import Registry


@dataclass(frozen=True, kw_only=True)
class StoragePlace:
    """A storage that a process makes once it needs it."""

    name: str
    # Import its module in here: its client's library takes long.
    make: Callable[[], Storage]


purposes: Registry[Purpose] = Registry("purpose of files")
storages: Registry[StoragePlace] = Registry("storage")
scanners: Registry[Scanner] = Registry("scanner")
