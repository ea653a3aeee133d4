"""Terminating: whoever uploads gives it up (tus 1.0.0, extension termination)."""

from django.db import transaction

from apps.files.models import File, Upload
from apps.files.services.appending import refuse_expired
from apps.files.services.deleting import delete_file
from apps.files.services.discarding import discard_upload


@transaction.atomic
def terminate_upload(upload: Upload) -> None:
    """Remove an upload with all its bytes, and its file where there is one already.

    Raises UploadExpired, or NotFound where it has gone meanwhile. Announces FileDeleted.
    """
    refuse_expired(upload)
    file = File.objects.filter(public_id=upload.public_id).first()
    if file is not None:
        delete_file(file.public_id, cause="owner")
    discard_upload(upload)
