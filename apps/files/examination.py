"""The doctor's look at the storages: whether they take, give and remove what we need them to."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from apps.files.errors import ObjectMissing, StorageUnavailable
from apps.files.models import Blob
from apps.files.names import INCOMING
from apps.files.storages import current_storage, storage_named
from apps.files.types import Storage
from apps.kernel.ids import new_id_text
from apps.kernel.ports import Finding

_CONTENT = b"Written by the doctor, and removed by it."
_CURE = "See docs/how-to/choose-a-storage.md; the log says what it answered."


@dataclass(frozen=True)
class StorageExamination:
    """The storage that new files go to, and those where former ones lie."""

    name: str = "files"
    cure: str = "Reach the database first; it knows which storages hold files."

    def examine(self) -> Iterator[Finding]:
        """Write, read and remove an object; ask the other storages whether they are there."""
        current = current_storage()
        yield _use(current)
        held = Blob.objects.order_by("storage").values_list("storage", flat=True).distinct()
        for name in held:
            if name != current.name:
                yield _ask(name)


def _use(storage: Storage) -> Finding:
    name = f"{INCOMING}doctor-{new_id_text()}"
    try:
        storage.check()
        storage.put(name, BytesIO(_CONTENT))
        is_same = b"".join(storage.read(name)) == _CONTENT
        storage.delete([name])
    except (StorageUnavailable, ObjectMissing):
        return Finding(f"the storage {storage.name} cannot be used", _CURE)
    if not is_same:
        return Finding(f"the storage {storage.name} gives other bytes than it took", _CURE)
    return Finding(f"the storage {storage.name} takes, gives and removes objects")


def _ask(name: str) -> Finding:
    try:
        storage_named(name).check()
    except StorageUnavailable:
        what = f"the storage {name} cannot be reached, and files lie there"
        return Finding(what, "Keep its settings until nothing is there any more.")
    return Finding(f"the storage {name}, where former files lie, can be reached")
