"""The blob: bytes that were looked through, once however often they are brought."""

from django.db import models
from typing_extensions import override

from apps.files.types import FileState
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Blob(Record):
    """Bytes in a storage under a name that follows from them alone.

    It says nothing of people; whose it is say the files that point to it.
    """

    sha256 = models.CharField(max_length=64)
    storage = models.CharField(max_length=20)
    object_name = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    # As libmagic says, never as a client does.
    content_type = models.CharField(max_length=100)
    # Of pictures, as they are seen: orientation applied.
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    # Clean or infected; nothing else becomes a blob.
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.CLEAN)
    engine = models.CharField(max_length=40)
    signatures = models.CharField(max_length=100)
    threat = models.CharField(max_length=200, blank=True)
    scanned_at = models.DateTimeField()
    # A worker looks through it anew until then; others leave it alone. Of an infected one, since
    # when what it was served from is to be removed.
    claimed_until = models.DateTimeField(null=True)
    # When a file that had it was deleted: it may be nobody's any more.
    unused_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        impersonal=(
            "sha256",
            "storage",
            "object_name",
            "size_bytes",
            "content_type",
            "width",
            "height",
            "state",
            "engine",
            "signatures",
            "threat",
            "scanned_at",
            "claimed_until",
            "unused_at",
        )
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("sha256", "storage"), name="files_blob_once"),
        )
        indexes = (
            models.Index(fields=("signatures", "id"), name="files_blob_signatures"),
            models.Index(
                fields=("unused_at",),
                condition=models.Q(unused_at__isnull=False),
                name="files_blob_unused",
            ),
            models.Index(
                fields=("claimed_until",),
                condition=models.Q(claimed_until__isnull=False),
                name="files_blob_claimed",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.content_type} {self.sha256[:12]}"
