"""The message: the exact bytes that tell of one event, shared by all its deliveries."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData

MESSAGE_PARTITIONS = DayPartitions(table="webhooks_message", column="occurred_at")


class Message(Record):
    """One event as it is sent; its public id is the event's, and every attempt's webhook-id.

    The table is partitioned by the day of the event and made by hand in the migration.
    """

    topic = models.CharField(max_length=120)
    body = models.BinaryField()
    # When the log recorded the event: the same at every replay, so a replay meets its own rows.
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

    @override
    def __str__(self) -> str:
        return f"{self.topic} {self.public_id}"
