"""The sync state: how far one installation of the app has come."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class SyncState(Record):
    """One device as sync sees it: what it has, what it still holds back, how its clock goes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # As in `accounts.Device`; a client that names none syncs as its session's device.
    installation_id = models.CharField(max_length=64)
    # Of the last checkpoint that was given out; they ascend for each device (`services.states`).
    checkpoint_number = models.BigIntegerField(default=0)
    schema_version = models.PositiveIntegerField(default=1)
    app_version = models.CharField(max_length=40, blank=True)
    last_pull_at = models.DateTimeField(null=True)
    last_push_at = models.DateTimeField(null=True)
    # As the client says it, at its last call.
    pending_operations = models.PositiveIntegerField(default=0)
    # What is added to the device's clock to get ours (Cristian's algorithm, half a trip off).
    clock_offset_ms = models.BigIntegerField(default=0)
    # When it was given the full set last, and why.
    replaced_at = models.DateTimeField(null=True)
    replaced_because = models.CharField(max_length=120, blank=True)

    personal_data = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "installation_id": "export+erase",
            "schema_version": "export+erase",
            "app_version": "export+erase",
            "last_pull_at": "export+erase",
            "last_push_at": "export+erase",
            "pending_operations": "export+erase",
            "clock_offset_ms": "export+erase",
        },
        impersonal=("checkpoint_number", "replaced_at", "replaced_because"),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "installation_id"), name="sync_one_state_per_installation"
            ),
        )

    @override
    def __str__(self) -> str:
        return self.installation_id
