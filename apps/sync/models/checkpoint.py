"""The checkpoint: what stands behind the number that a client comes back with."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.personal import PersonalData
from apps.sync.models.state import SyncState


class Checkpoint(models.Model):
    """A snapshot of the database, and where within a pull the client stands; few are kept.

    Whoever has it has seen all that `base` shows, and once `position` is empty, all that
    `snapshot` shows (R4 section 3, variant C).
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"id", "made_at"})

    state = models.ForeignKey(SyncState, on_delete=models.CASCADE, related_name="checkpoints")
    number = models.BigIntegerField()
    # pg_snapshot as text; "" for a client that had nothing.
    base = models.TextField(blank=True)
    snapshot = models.TextField()
    # Which history of which database the snapshots are of (`epochs`).
    epoch = models.CharField(max_length=80)
    # Within the pages of one pull, where the last one ended (`places.Place`); {} at its end.
    position = models.JSONField(default=dict)
    # The version of the client's schema that the rows were shown in.
    schema_version = models.PositiveIntegerField(default=1)
    # The names of the tables it is about, with commas between; "" for all.
    table_names = models.TextField(blank=True)
    made_at = models.DateTimeField()

    personal_data = PersonalData(
        impersonal=(
            *("state", "number", "base", "snapshot", "epoch", "position"),
            *("schema_version", "table_names"),
        )
    )

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("state", "number"), name="sync_checkpoint_number"),
        )

    @override
    def __str__(self) -> str:
        return f"#{self.number}"
