"""The pushed operation: what a client did, and what was answered."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.sync.models.state import SyncState
from apps.sync.types import Operation, Outcome


class PushedOperation(Record):
    """Its answer is kept with it, so that a client that never heard it may ask again.

    What is queued is tried again here (`services.retry_due`), at `due_at`, a few times.
    """

    state = models.ForeignKey(SyncState, on_delete=models.CASCADE, related_name="operations")
    op_id = models.UUIDField()
    table_name = models.CharField(max_length=63)
    record_id = models.CharField(max_length=36)
    operation = models.CharField(max_length=10, choices=Operation.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # `types.Result`, as it was answered.
    result = models.JSONField()
    # Of a queued one, what is needed to try again: `types.Change`.
    change = models.JSONField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="state__user",
        personal={"result": "export+erase", "change": "export+erase"},
        impersonal=(
            *("state", "op_id", "table_name", "record_id", "operation", "outcome"),
            *("attempts", "due_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("state", "op_id"), name="sync_operation_once"),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(due_at__isnull=False),
                name="sync_operation_due",
            ),
            models.Index(fields=("created_at",), name="sync_operation_age"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.record_id}"
