"""Deleting files: at once for everybody, and soon after for the storage."""

from uuid import UUID

from django.db import transaction

from apps.caching.services import forget_tagged
from apps.cdn.services import purge_tags
from apps.events.services import announce
from apps.files.access import audience_of
from apps.files.events import FileDeleted
from apps.files.models import Blob, File, Upload
from apps.files.services.quotas import release
from apps.files.tags import tag_of
from apps.files.types import TAKING_ROOM
from apps.kernel.clock import now
from apps.kernel.errors import NotFound


@transaction.atomic
def delete_file(file_id: UUID, *, cause: str) -> None:
    """Delete a file: its row and its room now, its objects once nobody else needs them.

    What is left to remove is known by rows alone (a blob that is `unused_at`, an upload that has
    expired), so that no object goes before this is committed, and each goes although the worker
    that should remove it dies. ``cause`` is ``owner``, ``operator`` or ``infected``. Raises
    NotFound. Announces FileDeleted.
    """
    file = (
        File.objects.select_for_update(of=("self",))
        .select_related("owner")
        .filter(public_id=file_id)
        .first()
    )
    if file is None:
        raise NotFound
    if file.state in TAKING_ROOM:
        release(file.owner_id, file.size_bytes)
    moment = now()
    Upload.objects.filter(public_id=file_id).update(expires_at=moment, updated_at=moment)
    Blob.objects.filter(files=file).update(unused_at=moment)
    file.delete()
    forget_tagged(tag_of(file_id))
    purge_tags([tag_of(file_id)], reason="deleted")
    announce(
        FileDeleted(
            audience=audience_of(file),
            file_id=file_id,
            owner_id=file.owner.public_id,
            cause=cause,
        )
    )
