"""The rendition: a picture in another size or format."""

from django.db import models
from typing_extensions import override

from apps.files.models.blob import Blob
from apps.files.types import RenditionState, Urgency
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Rendition(Record):
    """One size and format of a blob's picture, and how its making stands."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="renditions")
    # "150", "300", "600", "full".
    name = models.CharField(max_length=20)
    # "webp", "jpeg", "avif".
    format = models.CharField(max_length=10)
    state = models.CharField(
        max_length=10, choices=RenditionState.choices, default=RenditionState.PENDING
    )
    # Why it failed, in words the owner can use.
    reason = models.CharField(max_length=300, blank=True)
    object_name = models.CharField(max_length=120, blank=True)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    urgency = models.SmallIntegerField(choices=Urgency.choices)
    due_at = models.DateTimeField()
    failures = models.IntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    personal_data = PersonalData(
        impersonal=(
            "blob",
            "name",
            "format",
            "state",
            "reason",
            "object_name",
            "width",
            "height",
            "size_bytes",
            "urgency",
            "due_at",
            "failures",
            "claimed_until",
        )
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("blob", "name", "format"), name="files_rendition_once"),
        )
        indexes = (
            models.Index(
                fields=("urgency", "due_at"),
                condition=models.Q(state=RenditionState.PENDING),
                name="files_rendition_due",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.name}.{self.format}"
