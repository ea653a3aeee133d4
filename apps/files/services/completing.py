"""Completing: of an upload whose bytes are all here becomes a file that waits to be checked."""

from apps.events.services import announce
from apps.files.access import audience_of
from apps.files.events import FileUploaded
from apps.files.models import File, Upload
from apps.files.types import UploadState
from apps.kernel import clock


def complete_upload(upload: Upload) -> File:
    """Make the file of an upload, in the caller's transaction, which holds the upload.

    It has the upload's public id, and is due to be checked at once; its bytes are still in the
    upload's parts. Announces FileUploaded.
    """
    changed = {"state": UploadState.COMPLETE, "heard_at": None}
    Upload.objects.filter(pk=upload.pk).update(**changed)
    upload.state = UploadState.COMPLETE
    file = File.objects.create(
        public_id=upload.public_id,
        owner=upload.owner,
        purpose=upload.purpose,
        name=upload.name,
        scope=upload.scope,
        size_bytes=upload.length_bytes or 0,
        storage=upload.storage,
        due_at=clock.now(),
    )
    announce(
        FileUploaded(
            audience=audience_of(file),
            file_id=file.public_id,
            owner_id=file.owner.public_id,
            purpose=file.purpose,
            name=file.name,
            size_bytes=file.size_bytes,
        )
    )
    return file
