"""The comment: what people say about a maintenance request."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.buildings.models.maintenance import MaintenanceRequest
from apps.kernel.personal import PersonalData
from apps.sync.ports import Synced


class Comment(Synced):
    """A remark on a maintenance request; it is withdrawn, never changed."""

    request = models.ForeignKey(
        MaintenanceRequest, on_delete=models.CASCADE, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(max_length=5000)

    personal_data = PersonalData(
        subject="author",
        personal={"author": "export+erase", "text": "export+erase"},
        impersonal=("request",),
    )

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return self.text[:60]
