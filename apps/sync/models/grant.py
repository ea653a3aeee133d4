"""The grant: a scope that a user may see, and since and until when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.personal import PersonalData
from apps.sync.synced import TransactionIdField


class Grant(models.Model):
    """Written by triggers on tables of members (`stamping.GrantScopes`), kept after its end.

    So that a device that was away learns what it may no longer see.
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    scope = models.CharField(max_length=80)
    # The row that grants it.
    source = models.CharField(max_length=63)
    source_id = models.BigIntegerField()
    granted_xid = TransactionIdField()
    # Of its last change: the granting or the end.
    xid = TransactionIdField()
    revoked_at = models.DateTimeField(null=True)

    personal_data = PersonalData(
        subject="user",
        personal={"user": "export+erase", "scope": "export+erase", "revoked_at": "export+erase"},
        impersonal=("source", "source_id", "granted_xid", "xid"),
    )

    class Meta:
        db_table = "sync_grant"
        indexes = (
            models.Index(fields=("user", "scope"), name="sync_grant_user"),
            models.Index(fields=("scope", "user"), name="sync_grant_scope"),
            models.Index(fields=("source", "source_id"), name="sync_grant_source"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.user_id} sees {self.scope}"
