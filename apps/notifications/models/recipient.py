"""The recipient: one person of one notification, and what was decided for them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.models.digest import Digest
from apps.notifications.models.notification import Notification
from apps.notifications.types import RecipientState


class Recipient(Record):
    """Why this person is (not) sent this, step by step; and when to look again if it waits."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The notification's; throttles count by it.
    category = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RecipientState.choices)
    # What each step ruled for each channel (`types.Decision`), in order.
    decisions = models.JSONField(default=list)
    # While waiting: the channels still to be decided, and when.
    waiting_channels = models.JSONField(default=list, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(
        Digest, on_delete=models.SET_NULL, null=True, blank=True, related_name="recipients"
    )
    # Where the words were found in the person's chain of languages.
    language = models.CharField(max_length=35, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "category": "export+erase",
            "state": "export+erase",
            "decisions": "export+erase",
            "language": "export+erase",
        },
        impersonal=("notification", "waiting_channels", "due_at", "digest"),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("notification", "user"), name="notifications_one_recipient_each"
            ),
        )
        indexes = (
            models.Index(fields=("user", "-id"), name="notifications_of_recipient"),
            models.Index(
                fields=("due_at",),
                condition=models.Q(state="waiting"),
                name="notifications_waiting",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.notification_id} for {self.user_id}"
