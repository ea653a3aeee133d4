"""The columns that make a model syncable; `stamping` installs the triggers that fill them."""

from typing import Any, ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # Django cannot subscript it
    """A transaction's id with its epoch (PostgreSQL's xid8), which never wraps around."""

    description = "xid8"

    @override
    def db_type(self, connection: object) -> str:
        return "xid8"

    @override
    def deconstruct(self) -> Any:
        # By the door, for Django writes it into the migrations of other apps.
        name, _, arguments, options = super().deconstruct()
        return name, "apps.sync.ports.TransactionIdField", arguments, options


class Synced(Record):
    """A row that clients hold copies of.

    Its ``sync_`` columns are written by triggers alone, so that bulk updates, raw SQL and
    cascades count as well.
    """

    TECHNICAL_FIELDS: ClassVar = Record.TECHNICAL_FIELDS | {
        *("sync_id", "sync_scope", "sync_xid", "sync_revision", "sync_state_id", "sync_fields")
    }

    # Its id with clients: what made the row may have named it; otherwise the public id.
    sync_id = models.CharField(max_length=36, unique=True, editable=False, db_default="")
    # Who sees it, "<kind>:<public id>" as in audiences of events.
    sync_scope = models.CharField(max_length=80, editable=False, db_default="")
    # The transaction that wrote it last; whether a client has it follows from its snapshot.
    sync_xid = TransactionIdField(editable=False, db_default=models.Value("0"))
    sync_revision = models.BigIntegerField(editable=False, db_default=1)
    # Of the device that has exactly this row, for it has written it so; None for nobody.
    sync_state_id = models.BigIntegerField(null=True, editable=False)
    # Column → [revision, clock] of its last change, and the device that pushed it, if one did;
    # "" stands for those that never changed.
    sync_fields = models.JSONField(editable=False, db_default=models.Value("{}"))

    class Meta:
        abstract = True
