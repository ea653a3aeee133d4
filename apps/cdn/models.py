"""Purges, which no dead worker can lose, and the one who sends them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from typing_extensions import override

from apps.cdn.types import PurgeState, Target
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Purge(Record):
    """What the CDN shall forget: due until it was told twice.

    The second time is for what was on its way to the CDN at the first, from before the change.
    Who asked stays on record after an erasure: operators answer for what they purge.
    """

    target = models.CharField(max_length=10, choices=Target.choices)
    # URLs or tags; none for everything.
    subjects = ArrayField(models.TextField(), default=list, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    requested_by = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=PurgeState.choices, default=PurgeState.PENDING)
    due_at = models.DateTimeField(null=True, db_default=Now())
    # When the CDN took it for the first time.
    taken_at = models.DateTimeField(null=True)
    # The CDN refused it in company: sent by itself, it is known which one it refuses.
    is_alone = models.BooleanField(default=False)
    attempt_count = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    personal_data: ClassVar = PersonalData(
        personal={"requested_by": "keep"},
        impersonal=(
            *("target", "subjects", "reason", "state", "due_at", "taken_at", "is_alone"),
            *("attempt_count", "last_problem", "finished_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        permissions = (("purge_cdn", "Can purge the CDN"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=PurgeState.PENDING, due_at__isnull=False)
                | (~models.Q(state=PurgeState.PENDING) & models.Q(finished_at__isnull=False)),
                name="cdn_purge_due_while_pending",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=models.Q(state=PurgeState.PENDING),
                name="cdn_purge_due",
            ),
            models.Index(
                fields=("finished_at",),
                condition=~models.Q(state=PurgeState.PENDING),
                name="cdn_purge_finished",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.target} {', '.join(self.subjects[:3])}".strip()


class Sender(models.Model):
    """One row: whose turn it is to speak with the CDN, how much may be said, how it fares.

    One at a time, so that all workers together keep the rate that it allows.
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    # Requests left in the bucket at a moment; null: it is full.
    tokens = models.FloatField(null=True)
    counted_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    consecutive_failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=300, blank=True)

    personal_data: ClassVar = PersonalData(
        impersonal=(
            *("lease_token", "leased_until", "tokens", "counted_at", "paused_until"),
            *("consecutive_failures", "failing_since", "last_problem"),
        )
    )

    @override
    def __str__(self) -> str:
        return "sender of purges"
