"""What other apps plug into files: purposes; and what files plugs into itself."""

from apps.files.types import Purpose, Scanner, Storage
from apps.kernel.registry import Registry

purposes: Registry[Purpose] = Registry("purpose of files")
storages: Registry[Storage] = Registry("storage")
scanners: Registry[Scanner] = Registry("scanner")
