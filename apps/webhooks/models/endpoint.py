"""The endpoint: a partner's URL, what it subscribes to, and the secrets that sign for it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.webhooks.types import DisabledBy, EndpointState


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
    state = models.CharField(
        max_length=10, choices=EndpointState.choices, default=EndpointState.ENABLED
    )
    disabled_by = models.CharField(max_length=10, choices=DisabledBy.choices, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    # Failed attempts since the last success, and since when.
    consecutive_failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    # It asked for fewer calls (429, 503): nothing is claimed for it before.
    paused_until = models.DateTimeField(null=True, blank=True)

    personal_data = PersonalData(
        subject="owner",
        personal={"owner": "export+erase", "url": "export+erase", "description": "export+erase"},
        impersonal=(
            *("event_types", "hears_everything", "state", "disabled_by", "disabled_at"),
            *("consecutive_failures", "failing_since", "paused_until"),
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
        )

    @override
    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        """Whether it is sent anything."""
        return self.state == EndpointState.ENABLED


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
