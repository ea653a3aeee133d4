"""The conflict: two versions of a row, until somebody decides."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.sync.models.state import SyncState
from apps.sync.types import ConflictKind, ConflictState, Resolution


class SyncConflict(Record):
    """What a client wanted and what the server had; neither is lost, whoever wins.

    Open ones wait for the client's user or an operator; those that a policy has decided are
    kept so that nobody wonders where an edit went. At most one is open for each row and device.
    """

    state = models.ForeignKey(
        SyncState, null=True, on_delete=models.SET_NULL, related_name="conflicts"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The name on the wire.
    table = models.CharField(max_length=63)
    record_id = models.CharField(max_length=36)
    scope = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=16, choices=ConflictKind.choices)
    settled = models.CharField(
        max_length=10, choices=ConflictState.choices, default=ConflictState.OPEN
    )
    # Columns that met.
    fields = models.JSONField(default=list)
    # Values by column: what the client wanted, and the row it met (null: it was deleted).
    mine = models.JSONField()
    theirs = models.JSONField(null=True)
    base_revision = models.BigIntegerField(null=True)
    server_revision = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "mine": "export+erase",
            "theirs": "export+erase",
            "resolved_by": "erase",
        },
        impersonal=(
            *("state", "table", "record_id", "scope", "kind", "settled", "fields"),
            *("base_revision", "server_revision", "resolution", "resolved_at"),
        ),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("state", "table", "record_id"),
                condition=models.Q(settled=ConflictState.OPEN),
                name="sync_conflict_open_once",
            ),
        )
        indexes = (models.Index(fields=("user", "settled", "-id"), name="sync_conflict_user"),)

    @override
    def __str__(self) -> str:
        return f"{self.table} {self.record_id}"
