"""The tombstone: a row that is gone from a scope."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.personal import PersonalData
from apps.sync.synced import TransactionIdField


class Tombstone(models.Model):
    """Written by triggers, whoever deletes; purged once no device may ask for it any more."""

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    # The database table.
    table_name = models.CharField(max_length=63)
    record_id = models.CharField(max_length=36)
    scope = models.CharField(max_length=80)
    xid = TransactionIdField()
    # Of the device that deleted it.
    state_id = models.BigIntegerField(null=True)
    # The row lives on in another scope.
    has_moved = models.BooleanField()
    buried_at = models.DateTimeField()

    personal_data = PersonalData(
        impersonal=(
            *("table_name", "record_id", "scope", "xid", "state_id", "has_moved", "buried_at"),
        )
    )

    class Meta:
        db_table = "sync_tombstone"
        indexes = (
            models.Index(fields=("scope", "xid"), name="sync_tombstone_scope"),
            models.Index(fields=("table_name", "record_id"), name="sync_tombstone_record"),
            models.Index(fields=("buried_at",), name="sync_tombstone_age"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.table_name} {self.record_id}"
