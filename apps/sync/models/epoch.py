"""The epoch: our own counter of histories, and what has been purged from this one."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.personal import PersonalData
from apps.sync.synced import TransactionIdField


class Epoch(models.Model):
    """The only row says which history of the data this is; a restore begins another."""

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    counter = models.PositiveIntegerField(default=1)
    # The system identifier of the cluster whose transactions the rows are stamped with: in another
    # one, to which a dump was restored, their stamps mean nothing until `restamp` has run.
    cluster = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()
    # A snapshot whose xmin is not greater may miss a tombstone that is gone.
    purged_xid = TransactionIdField(db_default=models.Value("0"))

    personal_data = PersonalData(impersonal=("counter", "cluster", "began_at", "purged_xid"))

    class Meta:
        db_table = "sync_epoch"

    @override
    def __str__(self) -> str:
        return f"epoch {self.counter}"
