"""The file: what somebody brought, under the name they gave it."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.files.models.blob import Blob
from apps.files.types import FileState
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class File(Record):
    """Something that somebody brought for a purpose; its public id is the upload's.

    While it is pending its bytes lie under `incoming_name`, then with its blob.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=40)
    # As the client said; shown and sent in headers, never part of a path.
    name = models.CharField(max_length=255)
    # "<kind>:<public id>" of those who may read it besides the owner (`events.ports.audiences`).
    scope = models.CharField(max_length=80, blank=True)
    size_bytes = models.BigIntegerField()
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="files")
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.PENDING)
    # Why it was refused, for the owner.
    reason = models.CharField(max_length=300, blank=True)
    storage = models.CharField(max_length=20)
    # Set when its parts were composed; "" before, and once it is nowhere but with the blob.
    incoming_name = models.CharField(max_length=100, blank=True)
    # Work on a pending file: when next, how often it failed, by whom until when.
    due_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="owner",
        personal={
            "owner": "export+erase",
            "name": "export+erase",
            "scope": "export+erase",
            "blob": "export+erase",
        },
        impersonal=(
            "purpose",
            "size_bytes",
            "state",
            "reason",
            "storage",
            "incoming_name",
            "due_at",
            "failures",
            "claimed_until",
        ),
    )

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("purpose", "due_at"),
                condition=models.Q(state=FileState.PENDING),
                name="files_file_due",
            ),
            models.Index(fields=("owner", "-public_id"), name="files_file_newest"),
            models.Index(
                fields=("scope", "-public_id"),
                condition=~models.Q(scope=""),
                name="files_file_scope",
            ),
        )

    @override
    def __str__(self) -> str:
        return self.name
