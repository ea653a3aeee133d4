"""The provider account: our keys at a push service, and the token all processes share."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.types import PushService


class ProviderAccount(Record):
    """An APNs key of a team, an FCM project or a VAPID key pair."""

    name = models.SlugField(max_length=64, unique=True)
    service = models.CharField(max_length=10, choices=PushService.choices)
    # What may be known, by name; which names, each provider says.
    config = models.JSONField(default=dict, blank=True)
    # The private key or service account, encrypted by the keyring.
    sealed_secret = models.TextField(blank=True)
    is_enabled = models.BooleanField(default=True)
    # New registrations that name no account get this one.
    is_default = models.BooleanField(default=False)
    # What we show the provider, made by one process for all: APNs refuses a key that signs more
    # than one within 20 minutes (R2 section 2).
    sealed_token = models.TextField(blank=True)
    token_issued_at = models.DateTimeField(null=True, blank=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    # The provider refuses us since then, and why.
    alarmed_at = models.DateTimeField(null=True, blank=True)
    alarm = models.CharField(max_length=300, blank=True)
    # The provider asked for patience: nothing is sent before.
    paused_until = models.DateTimeField(null=True, blank=True)

    personal_data = PersonalData(
        impersonal=(
            *("name", "service", "config", "sealed_secret", "is_enabled", "is_default"),
            *("sealed_token", "token_issued_at", "token_expires_at", "alarmed_at", "alarm"),
            "paused_until",
        )
    )

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("service",),
                condition=models.Q(is_default=True),
                name="notifications_one_default_account",
            ),
        )

    @override
    def __str__(self) -> str:
        return self.name
