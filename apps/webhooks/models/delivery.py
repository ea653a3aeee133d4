"""The delivery: one message on its way to one endpoint."""

from datetime import datetime

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData
from apps.webhooks.models.endpoint import Endpoint
from apps.webhooks.models.message import Message
from apps.webhooks.types import DeliveryState

DELIVERY_PARTITIONS = DayPartitions(table="webhooks_delivery", column="occurred_at")


class Delivery(Record):
    """Delivered at least once, or given up with a reason; claimed by workers with a lease.

    The table is partitioned by the day of the event, as its messages are, and made by hand in the
    migration. No foreign key is a constraint of the database: dropping a day would lock the table
    that it points to, and with it everybody who signs in.
    """

    message_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    # By both columns, so that PostgreSQL looks for the message in one day alone.
    message = models.ForeignObject(
        Message,
        on_delete=models.CASCADE,
        from_fields=("message_id", "occurred_at"),
        to_fields=("id", "occurred_at"),
        related_name="deliveries",
    )
    # No indexes of their own: those below begin with each of the two.
    endpoint = models.ForeignKey(
        Endpoint,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    # The endpoint's; it never changes, and lists are read by it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # Deliveries to one endpoint with the same key are sent one after the other.
    ordering_key = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    # While pending: when a worker may take it, be it the next attempt or the end of a lease.
    due_at = models.DateTimeField(null=True)
    # The worker that holds it; only that one may record what came of it.
    lease_token = models.UUIDField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    # Of the present round; a resend begins a new one.
    retries_used = models.PositiveSmallIntegerField(default=0)
    resend_count = models.PositiveIntegerField(default=0)
    # Of the last attempt: its status, if it got one, and why it ended as it did.
    last_status = models.PositiveSmallIntegerField(null=True)
    last_reason = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="owner",
        personal={"owner": "export+erase"},
        impersonal=(
            *("message_id", "occurred_at", "endpoint", "ordering_key", "state", "due_at"),
            *("lease_token", "attempt_count", "retries_used", "resend_count", "last_status"),
            *("last_reason", "finished_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=("message_id", "endpoint", "occurred_at"),
                name="webhooks_message_once_per_endpoint",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.PENDING, due_at__isnull=False)
                | (~models.Q(state=DeliveryState.PENDING) & models.Q(lease_token__isnull=True)),
                name="webhooks_delivery_due_while_pending",
            ),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "due_at"),
                condition=models.Q(state=DeliveryState.PENDING),
                name="webhooks_delivery_due",
            ),
            models.Index(fields=("owner", "-public_id"), name="webhooks_delivery_of_owner"),
            models.Index(fields=("endpoint", "-public_id"), name="webhooks_delivery_of_endpoint"),
        )

    @override
    def __str__(self) -> str:
        return f"delivery {self.public_id}"

    @property
    def next_attempt_at(self) -> datetime | None:
        """When it is tried next; None once it is finished, or while a worker holds it."""
        return self.due_at if self.lease_token is None else None
