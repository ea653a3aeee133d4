"""Orphans: objects that no row knows, left behind by workers that were killed between the two."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.files.models import Blob, File, Rendition, Upload, UploadPart
from apps.files.names import CONTENT, INCOMING, QUARANTINE, RENDITIONS, incoming_name
from apps.files.storages import storage_named
from apps.files.types import FileState, StoredObject, UploadState
from apps.kernel.clock import now

_AT_ONCE = 1000
_OF_BYTES = re.compile(
    f"(?:{CONTENT}|{QUARANTINE}|{RENDITIONS})[0-9a-f]{{2}}/(?P<sha256>[0-9a-f]{{64}})"
    r"(?:/(?P<name>[a-z0-9]+)\.(?P<format>[a-z0-9]+))?"
)
_OF_UPLOAD = re.compile(f"{INCOMING}(?P<id>[0-9a-f-]{{36}})/[a-z0-9-]+")
# What a storage was writing when its process was killed.
_HALF = f"{INCOMING}half-"


def orphans_in(storage: str) -> Iterator[StoredObject]:
    """Yield the objects of a storage that no row knows, and that are old enough to be sure.

    Objects are written before the rows that tell of them, so the young are left alone. Names that
    nothing here makes are somebody else's. Raises StorageUnavailable.
    """
    oldest_young = now() - timedelta(hours=settings.FILES_ORPHAN_GRACE_HOURS)
    for prefix in _KNOWN:
        found = storage_named(storage).names(prefix)
        old = (each for each in found if each.changed_at < oldest_young and _is_ours(each.name))
        while chunk := list(islice(old, _AT_ONCE)):
            known = _KNOWN[prefix](storage, [each.name for each in chunk])
            yield from (each for each in chunk if each.name not in known)


def remove_orphan(storage: str, orphan: StoredObject) -> bool:
    """Remove an object unless a row knows it by now; tell whether it is gone.

    Whoever would make one of it waits meanwhile, and then looks whether it is there (`settling`).
    Raises StorageUnavailable.
    """
    try:
        with _held(storage, orphan.name):
            if _is_known(storage, orphan.name):
                return False
            storage_named(storage).delete([orphan.name])
    except IntegrityError:
        # Somebody brought the same bytes at this moment.
        return False
    return True


def old_quarantine_in(storage: str) -> Iterator[StoredObject]:
    """Yield what has lain in quarantine for longer than FILES_QUARANTINE_DAYS."""
    oldest_kept: datetime = now() - timedelta(days=settings.FILES_QUARANTINE_DAYS)
    for each in storage_named(storage).names(QUARANTINE):
        if each.changed_at < oldest_kept and _is_ours(each.name):
            yield each


def _is_ours(name: str) -> bool:
    known = _OF_BYTES.fullmatch(name) or _OF_UPLOAD.fullmatch(name)
    return bool(known) or name.startswith(_HALF)


def _is_known(storage: str, name: str) -> bool:
    prefix = name.partition("/")[0] + "/"
    return name in _KNOWN[prefix](storage, [name])


@contextmanager
def _held(storage: str, name: str) -> Iterator[None]:
    """Let nobody make a blob of the bytes that a name tells of, nor plan a rendition of them.

    Where there is none, one that nobody else sees takes its place for as long.
    """
    found = _OF_BYTES.fullmatch(name)
    with transaction.atomic():
        if found is None:
            yield
            return
        place = {"sha256": found["sha256"], "storage": storage}
        if Blob.objects.select_for_update().filter(**place).exists():
            yield
            return
        stand_in = Blob.objects.create(**place, size_bytes=0, scanned_at=now())
        yield
        stand_in.delete()


def _known_bytes(storage: str, names: Collection[str]) -> set[str]:
    blobs = Blob.objects.filter(storage=storage, object_name__in=names)
    return set(blobs.values_list("object_name", flat=True))


def _known_renditions(storage: str, names: Collection[str]) -> set[str]:
    read = {name: _OF_BYTES.fullmatch(name) for name in names}
    hashes = {found["sha256"] for found in read.values() if found}
    rows = Rendition.objects.filter(blob__storage=storage, blob__sha256__in=hashes)
    planned = set(rows.values_list("blob__sha256", "name", "format"))
    return {
        name
        for name, found in read.items()
        if found and (found["sha256"], found["name"], found["format"]) in planned
    }


def _known_incoming(storage: str, names: Collection[str]) -> set[str]:
    parts = UploadPart.objects.filter(object_name__in=names).values_list("object_name", flat=True)
    files = File.objects.filter(incoming_name__in=names).values_list("incoming_name", flat=True)
    uploads = {name: UUID(found["id"]) for name in names if (found := _OF_UPLOAD.fullmatch(name))}
    receiving = set(
        Upload.objects.filter(
            public_id__in=uploads.values(), state=UploadState.RECEIVING
        ).values_list("public_id", flat=True)
    )
    waiting = set(
        File.objects.filter(public_id__in=uploads.values())
        .filter(Q(state=FileState.PENDING) | Q(state=FileState.ERROR))
        .values_list("public_id", flat=True)
    )
    growing = {name for name, upload_id in uploads.items() if upload_id in receiving}
    composed = {incoming_name(file_id) for file_id in waiting}
    return {*parts, *files, *growing, *composed}


_KNOWN: Mapping[str, Callable[[str, Collection[str]], set[str]]] = {
    INCOMING: _known_incoming,
    CONTENT: _known_bytes,
    RENDITIONS: _known_renditions,
    QUARANTINE: _known_bytes,
}
