"""The notification: what is to be said, to whom, and how far that has come."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.types import NotificationState, TargetKind, Urgency


class Notification(Record):
    """One request to notify; written in the caller's transaction, expanded by workers."""

    # Who asked ("user:<id>", "rule:<name>", ...) and their key: the same twice is one notification.
    sender = models.CharField(max_length=100)
    idempotency_key = models.CharField(max_length=200)
    # What the request said; a key that comes back with something else is refused.
    fingerprint = models.BinaryField(max_length=32)
    category = models.CharField(max_length=64)
    # A template's key with its variables, or the words themselves by language.
    template = models.CharField(max_length=64, blank=True)
    variables = models.JSONField(default=dict, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    data = models.JSONField(default=dict, blank=True)
    is_silent = models.BooleanField(default=False)
    target_kind = models.CharField(max_length=10, choices=TargetKind.choices)
    target = models.JSONField(default=dict)
    # None for the category's own.
    channels = models.JSONField(null=True, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    ttl_seconds = models.PositiveIntegerField()
    collapse_id = models.CharField(max_length=64, blank=True)
    digest_key = models.CharField(max_length=100, blank=True)
    scheduled_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=NotificationState.choices, default=NotificationState.SCHEDULED
    )
    # Recipients are made in order of internal user ids; up to and including this one they are.
    expanded_until = models.BigIntegerField(default=0)
    recipient_count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)
    traceparent = models.CharField(max_length=55, blank=True)

    personal_data = PersonalData(
        personal={
            "variables": "erase",
            "texts": "erase",
            "data": "erase",
            "target": "erase",
            "sender": "erase",
        },
        impersonal=(
            *("idempotency_key", "fingerprint", "category", "template", "is_silent"),
            *("target_kind", "channels", "urgency", "ttl_seconds", "collapse_id", "digest_key"),
            *("scheduled_at", "state", "expanded_until", "recipient_count", "finished_at"),
            *("correlation_id", "traceparent"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        permissions = (("send_notification", "Can send notifications to anybody"),)
        constraints = (
            models.UniqueConstraint(
                fields=("sender", "idempotency_key"), name="notifications_one_per_key"
            ),
        )
        indexes = (
            models.Index(
                fields=("scheduled_at",),
                condition=models.Q(state__in=("scheduled", "expanding")),
                name="notifications_to_expand",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.template or 'notification'} {self.public_id}"
