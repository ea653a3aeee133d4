"""The publication: an event's number on a channel. What it says stands in the event log."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData
from apps.realtime.models.channel import Channel

PUBLICATION_PARTITIONS = DayPartitions(table="realtime_publication", column="published_at")


class Publication(models.Model):
    """One event on one channel. Partitioned by the event's day, made by hand in the migration.

    Without foreign keys in the database: days are dropped whole, and never before the log's.
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"id"})

    id = models.BigIntegerField(primary_key=True, db_default=0)
    channel = models.ForeignKey(
        Channel, on_delete=models.DO_NOTHING, db_constraint=False, related_name="publications"
    )
    # 1, 2, 3 ... without a gap.
    offset = models.BigIntegerField()
    # Where the event stands in the log.
    event_id = models.UUIDField()
    position = models.BigIntegerField()
    # When the log recorded the event; the same at every replay.
    published_at = models.DateTimeField()

    personal_data = PersonalData(
        impersonal=("channel", "offset", "event_id", "position", "published_at")
    )

    class Meta:
        db_table = "realtime_publication"
        managed = False
        ordering = ("-published_at", "-offset")

    @override
    def __str__(self) -> str:
        return f"{self.channel_id} #{self.offset}"
