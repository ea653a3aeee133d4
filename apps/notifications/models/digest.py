"""The digest: several notifications of a category that one person is told of at once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Digest(Record):
    """Open while it gathers; at most one open per person, category and key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=64)
    key = models.CharField(max_length=100, blank=True)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    item_count = models.PositiveIntegerField(default=0)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "category": "export+erase",
            "closes_at": "export+erase",
            "closed_at": "export+erase",
            "item_count": "export+erase",
        },
        impersonal=("key",),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "category", "key"),
                condition=models.Q(closed_at__isnull=True),
                name="notifications_one_open_digest",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"digest of {self.item_count} in {self.category}"
