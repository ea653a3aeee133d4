"""The inbox, and its items: what a person finds in the app, until they archive it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.models.recipient import Recipient


class Inbox(Record):
    """A person's row, locked while what they are sent is decided or their items change.

    So what is counted of them (unread items, a throttle) is still so when it is written.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    personal_data: ClassVar = PersonalData(subject="user", personal={"user": "export+erase"})

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "inboxes"

    @override
    def __str__(self) -> str:
        return f"inbox of {self.user_id}"


class InboxItem(Record):
    """The same on all of a person's devices."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    recipient = models.OneToOneField(
        Recipient, on_delete=models.SET_NULL, null=True, blank=True, related_name="inbox_item"
    )
    category = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=2048, blank=True)
    data = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=35, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "category": "export+erase",
            "title": "export+erase",
            "body": "export+erase",
            "url": "export+erase",
            "data": "export+erase",
            "language": "export+erase",
            "seen_at": "export+erase",
            "read_at": "export+erase",
            "archived_at": "export+erase",
        },
        impersonal=("recipient",),
    )

    class Meta:
        ordering = ("-public_id",)
        indexes = (
            models.Index(fields=("user", "-public_id"), name="notifications_inbox_of"),
            models.Index(
                fields=("user",),
                condition=models.Q(read_at__isnull=True, archived_at__isnull=True),
                name="notifications_unread",
            ),
        )

    @override
    def __str__(self) -> str:
        return self.title
