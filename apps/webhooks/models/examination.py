"""The examination of a receiver: what was sent to it, what it answered, and what to mend."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.webhooks.models.endpoint import Endpoint
from apps.webhooks.types import ExaminationState, Finding


class Examination(Record):
    """One visit of the receiver doctor; a task carries it out, and another if that one dies."""

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="examinations", db_index=False
    )
    state = models.CharField(
        max_length=10, choices=ExaminationState.choices, default=ExaminationState.WAITING
    )
    # While running: until when its task is believed to live.
    leased_until = models.DateTimeField(null=True)
    finding = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    # One object per check, as `types.CheckResult`.
    checks = models.JSONField(default=list)
    requested_by = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="endpoint__owner",
        personal={"requested_by": "keep"},
        impersonal=("endpoint", "state", "leased_until", "finding", "checks", "finished_at"),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint",),
                condition=~models.Q(state=ExaminationState.DONE),
                name="webhooks_one_examination_at_a_time",
            ),
        )
        indexes = (
            models.Index(fields=("endpoint", "-public_id"), name="webhooks_exam_of_endpoint"),
        )

    @override
    def __str__(self) -> str:
        return f"examination {self.public_id}"
