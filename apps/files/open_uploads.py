"""Uploads as their owners see them: those under way, and how far each has come."""

from django.db.models import QuerySet

from apps.files.models import Upload
from apps.files.types import UploadState
from apps.kernel import clock


def uploads_of(user_id: int) -> QuerySet[Upload]:
    """Return all uploads of a user that are still known."""
    return Upload.objects.filter(owner_id=user_id).select_related("owner")


def open_uploads_of(user_id: int) -> QuerySet[Upload]:
    """Return the uploads of a user that may be gone on with."""
    return uploads_of(user_id).filter(state=UploadState.RECEIVING, expires_at__gt=clock.now())
