"""What was told to be forgotten: the truth about it, which no layer can lose."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from typing_extensions import override

from apps.caching.types import Scope
from apps.kernel.personal import PersonalData


class CurrentTransaction(models.Func):
    """The id of the transaction that writes the row."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class Invalidation(models.Model):
    """Whatever was made by somebody who could not see this transaction counts no more.

    Written once, never changed: two transactions that forget the same do not wait for each other.
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"id", "xid", "made_at"})

    xid = models.BigIntegerField(db_default=CurrentTransaction(), db_index=True)
    made_at = models.DateTimeField(db_default=Now(), db_index=True)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    # Empty for a tag, which belongs to all namespaces.
    namespace = models.CharField(max_length=64, blank=True)
    # The key, pattern or tag; empty for a whole namespace.
    subject = models.TextField(blank=True)

    personal_data: ClassVar = PersonalData(impersonal=("scope", "namespace", "subject"))

    class Meta:
        ordering = ("-id",)
        permissions = (("clear_cache", "Can clear the cache"),)

    @override
    def __str__(self) -> str:
        return f"{self.namespace} {self.scope} {self.subject}".strip()
