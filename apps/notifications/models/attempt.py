"""The attempt: what a provider was asked once, and what it answered."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData
from apps.notifications.models.delivery import Delivery
from apps.notifications.types import Outcome

ATTEMPT_PARTITIONS = DayPartitions(table="notifications_attempt", column="started_at")


class Attempt(models.Model):
    """One try of a delivery. The table is partitioned by day and made by hand in the migration."""

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    id = models.BigIntegerField(primary_key=True, db_default=0)
    # Without a constraint in the database: attempts may outlive their delivery until their day
    # is dropped.
    delivery = models.ForeignKey(
        Delivery, on_delete=models.DO_NOTHING, db_constraint=False, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.FloatField()
    status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    provider_id = models.CharField(max_length=200)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    next_attempt_at = models.DateTimeField(null=True)

    personal_data: ClassVar = PersonalData(
        subject="delivery__user",
        # A mail server repeats the address in what it says.
        personal={"reason": "erase"},
        impersonal=(
            *("delivery", "number", "started_at", "duration_ms", "status", "code"),
            *("provider_id", "outcome", "next_attempt_at"),
        ),
    )

    class Meta:
        db_table = "notifications_attempt"
        managed = False
        ordering = ("-number",)

    @override
    def __str__(self) -> str:
        return f"attempt {self.number}"
