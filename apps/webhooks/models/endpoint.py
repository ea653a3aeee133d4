"""The endpoint: a partner's URL, what it subscribes to, and the secrets that sign for it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from typing_extensions import override

from apps.kernel.clock import now
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.webhooks.types import DisabledBy, EndpointState, Health, HealthState, Notice


class Endpoint(Record):
    """A URL that is sent the events its owner may hear."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    url = models.CharField(max_length=2048)
    description = models.CharField(max_length=200, blank=True)
    # Patterns as in `subscriptions`; never empty, "*" stands for all.
    event_types = ArrayField(models.CharField(max_length=120))
    hears_everything = models.BooleanField(
        default=False,
        help_text="A platform partner: hears every event, not only those its owner may hear.",
    )
    # What is sent along, by name; the values may be passwords, so they are encrypted (`secrets`).
    header_names = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    sealed_headers = models.TextField(blank=True)
    has_asymmetric_signature = models.BooleanField(
        default=False, help_text="Signed by a key of the platform too, which anybody can verify."
    )
    is_ordered = models.BooleanField(
        default=False, help_text="Events with the same ordering key are sent one after the other."
    )
    rate_per_second = models.PositiveSmallIntegerField(null=True, blank=True)
    # With a rate: until when what was claimed so far takes to be sent.
    booked_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=EndpointState.choices, default=EndpointState.ENABLED
    )
    disabled_by = models.CharField(max_length=10, choices=DisabledBy.choices, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    # Failed attempts since the last success, and since when.
    consecutive_failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    # It asked for fewer calls (429, 503), or its breaker is open: nothing is claimed before.
    paused_until = models.DateTimeField(null=True, blank=True)
    # How often in a row the breaker has opened, 0 while it is closed; see `breaker`.
    trips = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    # One delivery is under way to find out whether it works again.
    probing_until = models.DateTimeField(null=True, blank=True)
    # When its owner was warned that it fails, and what they are still to be mailed.
    warned_at = models.DateTimeField(null=True, blank=True)
    owed_notice = models.CharField(max_length=10, choices=Notice.choices, blank=True)

    personal_data = PersonalData(
        subject="owner",
        personal={
            "owner": "export+erase",
            "url": "export+erase",
            "description": "export+erase",
            "header_names": "export+erase",
            "sealed_headers": "erase",
        },
        impersonal=(
            *("event_types", "hears_everything", "has_asymmetric_signature", "is_ordered"),
            *("rate_per_second", "booked_until", "state", "disabled_by", "disabled_at"),
            *("consecutive_failures", "failing_since", "last_failed_at", "paused_until", "trips"),
            *("opened_at", "probing_until", "warned_at", "owed_notice"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        indexes = (
            GinIndex(
                fields=("event_types",),
                condition=models.Q(state=EndpointState.ENABLED),
                name="webhooks_endpoint_hearing",
            ),
            models.Index(fields=("owner", "-public_id"), name="webhooks_endpoint_of_owner"),
            models.Index(
                fields=("failing_since",),
                condition=models.Q(failing_since__isnull=False),
                name="webhooks_endpoint_failing",
            ),
            models.Index(
                fields=("id",),
                condition=~models.Q(owed_notice=""),
                name="webhooks_endpoint_owing_notice",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rate_per_second__isnull=True)
                | models.Q(rate_per_second__range=(1, 1000)),
                name="webhooks_endpoint_rate_is_sane",
            ),
        )

    @override
    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        """Whether it is sent anything."""
        return self.state == EndpointState.ENABLED

    @property
    def health(self) -> Health:
        """How it is doing at this moment."""
        return Health(
            state=self._health_state(),
            since=self.opened_at or self.failing_since,
            consecutive_failures=self.consecutive_failures,
            next_probe_at=self.paused_until if self.trips else None,
        )

    def _health_state(self) -> HealthState:
        if not self.trips:
            return HealthState.FAILING if self.consecutive_failures else HealthState.HEALTHY
        is_waiting = self.paused_until is not None and self.paused_until > now()
        return HealthState.OPEN if is_waiting else HealthState.HALF_OPEN


class EndpointSecret(Record):
    """A secret of an endpoint, encrypted by the keyring; several can be alive at once."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="secrets")
    ciphertext = models.TextField()
    # Null for the current one; a replaced one signs beside it until then.
    expires_at = models.DateTimeField(null=True, blank=True)

    personal_data = PersonalData(
        subject="endpoint__owner",
        personal={"ciphertext": "erase"},
        impersonal=("endpoint", "expires_at"),
    )

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"
