"""The upload: bytes on their way, and the parts of them that are here."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.files.types import Concatenation, Transport, UploadState
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Upload(Record):
    """Bytes on their way; it becomes the file of the same public id.

    Who writes to it holds a `generation`, beaten by `heard_at`: a newcomer takes the next one
    where the holder is silent, and nothing that an earlier one sends is recorded any more.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    transport = models.CharField(max_length=10, choices=Transport.choices)
    purpose = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    scope = models.CharField(max_length=80, blank=True)
    # Upload-Metadata as it came, to be echoed.
    metadata = models.TextField(blank=True)
    concatenation = models.CharField(
        max_length=10, choices=Concatenation.choices, default=Concatenation.NONE, blank=True
    )
    # Upload-Concat as it came, for a final one.
    made_of = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING
    )
    # None until a client that deferred it says how many bytes there will be.
    length_bytes = models.BigIntegerField(null=True)
    offset_bytes = models.BigIntegerField(default=0)
    storage = models.CharField(max_length=20)
    generation = models.IntegerField(default=0)
    heard_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    # What libmagic says of its first bytes; "" until there are enough.
    sniffed = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    personal_data = PersonalData(
        subject="owner",
        personal={
            "owner": "export+erase",
            "name": "export+erase",
            "scope": "export+erase",
            "metadata": "export+erase",
        },
        impersonal=(
            "transport",
            "purpose",
            "concatenation",
            "made_of",
            "state",
            "length_bytes",
            "offset_bytes",
            "storage",
            "generation",
            "heard_at",
            "announced_at",
            "sniffed",
            "expires_at",
        ),
    )

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return self.name


class UploadPart(models.Model):
    """A piece of an upload in the storage; of a growing one, only `size_bytes` count."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.IntegerField()
    object_name = models.CharField(max_length=100, db_index=True)
    size_bytes = models.BigIntegerField()

    personal_data = PersonalData(impersonal=("upload", "number", "object_name", "size_bytes"))

    class Meta:
        ordering = ("upload", "number")
        constraints = (
            models.UniqueConstraint(fields=("upload", "number"), name="files_part_once"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.number}: {self.size_bytes} bytes"
