"""The usage: how much room somebody takes, and how much there is."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Usage(Record):
    """How many bytes somebody's files and open uploads take; held while they change."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # Of FILES_TIERS; "" for the first.
    tier = models.CharField(max_length=40, blank=True)
    used_bytes = models.BigIntegerField(default=0)

    personal_data = PersonalData(
        subject="user",
        personal={"user": "export+erase", "tier": "export+erase", "used_bytes": "export+erase"},
    )

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return f"{self.used_bytes} bytes"
