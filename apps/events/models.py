"""The log, its consumers' cursors, and what operators skipped."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from apps.kernel.ids import new_id
from apps.kernel.models import Record
from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData

LOG_PARTITIONS = DayPartitions(table="events_log", column="recorded_at")


class LogEntry(models.Model):
    """One event. The table is partitioned by day and made by hand in the migration.

    Personal data inside payloads is declared per event type (`types.Event.personal`).
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"position", "xid", "recorded_at"})

    position = models.BigIntegerField(primary_key=True, db_default=0)
    xid = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    event_id = models.UUIDField(default=new_id)
    topic = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField()
    actor = models.CharField(max_length=64)
    correlation_id = models.CharField(max_length=64)
    traceparent = models.CharField(max_length=55)
    audience = ArrayField(models.TextField())
    payload = models.JSONField()

    personal_data = PersonalData(
        subject="actor",
        personal={"actor": "export+erase", "payload": "export+erase", "audience": "erase"},
        impersonal=("event_id", "topic", "version", "correlation_id", "traceparent"),
    )

    class Meta:
        db_table = "events_log"
        managed = False
        ordering = ("-xid", "-position")
        verbose_name = "event"

    @override
    def __str__(self) -> str:
        return f"{self.topic} #{self.position}"


class ConsumerCursor(Record):
    """How far one consumer has read, and what it stopped at."""

    class State(models.TextChoices):
        """A stopped consumer waits for an operator; the others go on."""

        RUNNING = "running"
        STOPPED = "stopped"

    name = models.CharField(max_length=64, unique=True)
    xid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    read_until = models.DateTimeField(null=True, help_text="When the last event read was written.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    failures = models.PositiveIntegerField(default=0, help_text="In a row, at the next event.")
    failed_position = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)
    stopped_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        impersonal=(
            *("name", "xid", "position", "read_until", "state", "failures", "failed_position"),
            *("error", "stopped_at"),
        )
    )

    class Meta:
        ordering = ("name",)
        verbose_name = "consumer"

    @override
    def __str__(self) -> str:
        return self.name


class SkippedEvent(Record):
    """An event that an operator told a stopped consumer to pass over, and why."""

    consumer = models.CharField(max_length=64)
    position = models.BigIntegerField()
    topic = models.CharField(max_length=120)
    error = models.TextField()
    reason = models.TextField()
    skipped_by = models.CharField(max_length=64, help_text="Public id of the operator.")

    personal_data = PersonalData(
        subject="skipped_by",
        personal={"skipped_by": "keep"},
        impersonal=("consumer", "position", "topic", "error", "reason"),
    )

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return f"{self.consumer} passed over #{self.position}"
