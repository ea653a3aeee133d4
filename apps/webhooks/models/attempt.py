"""The attempt: what was sent, what came back, why it ended so and what comes next."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData
from apps.webhooks.models.delivery import Delivery
from apps.webhooks.types import Outcome

ATTEMPT_PARTITIONS = DayPartitions(table="webhooks_attempt", column="started_at")


class Attempt(models.Model):
    """One try of a delivery. The table is partitioned by day and made by hand in the migration."""

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    id = models.BigIntegerField(primary_key=True, db_default=0)
    # Without a constraint in the database: attempts outlive their delivery until their
    # partition is dropped.
    delivery = models.ForeignKey(
        Delivery, on_delete=models.DO_NOTHING, db_constraint=False, related_name="attempts"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.FloatField()
    dns_ms = models.FloatField(null=True)
    connect_ms = models.FloatField(null=True)
    tls_ms = models.FloatField(null=True)
    first_byte_ms = models.FloatField(null=True)
    request_headers = models.JSONField()
    status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField()
    response_body = models.BinaryField()
    # The answer was longer than what is kept of it.
    is_cut = models.BooleanField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # The kind of failure, where there was no answer.
    error = models.CharField(max_length=40)
    reason = models.TextField()
    next_attempt_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="delivery__owner",
        # A receiver may echo anything.
        personal={"response_headers": "erase", "response_body": "erase"},
        impersonal=(
            *("delivery", "number", "started_at", "duration_ms", "dns_ms", "connect_ms", "tls_ms"),
            *("first_byte_ms", "request_headers", "status", "is_cut", "outcome", "error"),
            *("reason", "next_attempt_at"),
        ),
    )

    class Meta:
        db_table = "webhooks_attempt"
        managed = False
        ordering = ("-number",)

    @override
    def __str__(self) -> str:
        return f"attempt {self.number}"
