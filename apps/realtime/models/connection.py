"""The connection: who was connected when, how, and what they had been sent when it ended."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.realtime.types import Transport


class Connection(Record):
    """One connection of a client; its public id is the client id the protocol speaks of.

    Written beside the traffic, in batches: a record for people who ask why something did not
    arrive, never the truth about who is connected.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_id = models.UUIDField()
    node = models.CharField(max_length=64)
    transport = models.CharField(max_length=16, choices=Transport.choices)
    # What the client says of itself.
    client_name = models.CharField(max_length=64, blank=True)
    client_version = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_code = models.PositiveIntegerField(null=True)
    close_reason = models.CharField(max_length=120, blank=True)
    # The last offset it was sent, by channel, when it closed or was last looked at.
    positions = models.JSONField(default=dict)

    personal_data = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "session_id": "export+erase",
            "transport": "export+erase",
            "client_name": "export+erase",
            "client_version": "export+erase",
            "opened_at": "export+erase",
            "closed_at": "export+erase",
            "positions": "erase",
        },
        impersonal=("node", "close_code", "close_reason"),
    )

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("user", "-opened_at"), name="realtime_connection_of_user"),
            models.Index(
                fields=("node",),
                condition=models.Q(closed_at__isnull=True),
                name="realtime_connection_open",
            ),
            models.Index(fields=("closed_at",), name="realtime_connection_closed"),
        )

    @override
    def __str__(self) -> str:
        return str(self.public_id)
