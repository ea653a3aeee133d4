"""The recovery: many deliveries of one endpoint, to be sent again; where it is and how far."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from apps.kernel.clock import now
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.webhooks.models.endpoint import Endpoint
from apps.webhooks.types import Progress, RecoveryKind, RecoveryState


class Recovery(Record):
    """Deliveries whose events happened in [since, until), made due again batch by batch.

    Who asked stays on record after an erasure: it is part of why a receiver got something twice.
    """

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="recoveries", db_index=False
    )
    kind = models.CharField(max_length=10, choices=RecoveryKind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    # Patterns as in `subscriptions`.
    event_types = ArrayField(models.CharField(max_length=120))
    state = models.CharField(
        max_length=10, choices=RecoveryState.choices, default=RecoveryState.RUNNING
    )
    # The last delivery that was made due again; written with it, so none is twice or left out.
    position = models.UUIDField(null=True)
    # As counted at the beginning.
    total = models.PositiveBigIntegerField()
    done = models.PositiveBigIntegerField(default=0)
    requested_by = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="endpoint__owner",
        personal={"requested_by": "keep"},
        impersonal=(
            *("endpoint", "kind", "since", "until", "event_types", "state", "position", "total"),
            *("done", "finished_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "recoveries"
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "kind"),
                condition=models.Q(state=RecoveryState.RUNNING),
                name="webhooks_one_recovery_at_a_time",
            ),
        )
        indexes = (
            models.Index(fields=("endpoint", "-public_id"), name="webhooks_recovery_of_endpoint"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def progress(self) -> Progress:
        """How far it is, how fast, and when it will be done at that pace."""
        seconds = ((self.finished_at or now()) - self.created_at).total_seconds()
        rate = self.done / seconds if seconds > 0 else 0.0
        left = max(0, self.total - self.done)
        if self.state == RecoveryState.DONE or not self.total:
            percent = 100.0
        else:
            percent = min(100.0, 100 * self.done / self.total)
        is_moving = self.state == RecoveryState.RUNNING and rate > 0
        return Progress(
            percent=round(percent, 1),
            per_second=round(rate, 1),
            seconds_left=round(left / rate, 1) if is_moving else None,
        )
