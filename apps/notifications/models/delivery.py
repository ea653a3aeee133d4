"""The delivery: one recipient's notification on its way to one device, mailbox or inbox."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.models.account import ProviderAccount
from apps.notifications.models.recipient import Recipient
from apps.notifications.models.registration import Registration
from apps.notifications.types import Channel, DeliveryState, Urgency


class Delivery(Record):
    """Carried by workers under a lease; its public id is what the app reports as opened."""

    recipient = models.ForeignKey(
        Recipient, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    category = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # Push only. Registrations go with their user alone; without one, two devices of a recipient
    # would be the same.
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Without an index of its own: no account is deleted that devices still name.
    account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # What is shown (`types.Content`), rendered once, so that a retry says the same.
    content = models.JSONField()
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    collapse_id = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    # While queued: when a worker may take it, be it the next attempt or the end of a lease.
    due_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_code = models.CharField(max_length=64, blank=True)
    last_reason = models.CharField(max_length=300, blank=True)
    # The provider's own name for it.
    provider_id = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "category": "export+erase",
            "channel": "export+erase",
            "content": "export+erase",
            "accepted_at": "export+erase",
            "delivered_at": "export+erase",
            "opened_at": "export+erase",
            # A mail server repeats the address in what it says.
            "last_reason": "erase",
        },
        impersonal=(
            *("recipient", "registration", "account", "urgency", "collapse_id", "expires_at"),
            *("state", "due_at", "lease_token", "attempt_count", "last_status", "last_code"),
            *("provider_id", "finished_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "deliveries"
        constraints = (
            # Once per device, however often the notification is expanded.
            models.UniqueConstraint(
                fields=("recipient", "channel", "registration"),
                nulls_distinct=False,
                name="notifications_once_per_device",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.QUEUED, due_at__isnull=False)
                | (~models.Q(state=DeliveryState.QUEUED) & models.Q(lease_token__isnull=True)),
                name="notifications_due_while_queued",
            ),
        )
        indexes = (
            models.Index(
                fields=("account", "due_at"),
                condition=models.Q(state=DeliveryState.QUEUED),
                name="notifications_delivery_due",
            ),
            models.Index(
                fields=("user", "category", "channel", "-created_at"),
                name="notifications_throttle",
            ),
            # The few among many that operators look for.
            models.Index(
                fields=("state", "-id"),
                condition=models.Q(state__in=("failed", "retired", "expired")),
                name="notifications_gone_wrong",
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.channel} {self.public_id}"
