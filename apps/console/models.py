"""The samples: what the start page's charts remember of values that nobody else keeps."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.partitions import DayPartitions
from apps.kernel.personal import PersonalData

SAMPLE_PARTITIONS = DayPartitions(table="console_sample", column="at")


class Sample(models.Model):
    """One value at one instant. The table is partitioned by day and made by hand in the migration.

    The series is the key in Django's eyes only; in the database it is the key with the instant.
    """

    TECHNICAL_FIELDS: ClassVar = frozenset({"series", "at"})

    series = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()
    value = models.FloatField()
    # Of a counter: where it stood, so that the next sample knows what it grew by.
    total = models.FloatField(null=True)

    personal_data = PersonalData(impersonal=("value", "total"))

    class Meta:
        db_table = "console_sample"
        managed = False
        default_permissions = ()

    @override
    def __str__(self) -> str:
        return f"{self.series} at {self.at:%H:%M:%S}"
