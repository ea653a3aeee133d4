"""The message: the exact bytes that tell of one event, shared by all its deliveries."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Message(Record):
    """One event as it is sent; its public id is the event's, and every attempt's webhook-id."""

    topic = models.CharField(max_length=120)
    body = models.BinaryField()
    occurred_at = models.DateTimeField()
    correlation_id = models.CharField(max_length=64)
    traceparent = models.CharField(max_length=55)

    personal_data = PersonalData(
        # Whose, each event type declares for its payload (`events.types.Event.personal`).
        personal={"body": "erase"},
        impersonal=("topic", "occurred_at", "correlation_id", "traceparent"),
    )

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("created_at",), name="webhooks_message_age"),)

    @override
    def __str__(self) -> str:
        return f"{self.topic} {self.public_id}"
