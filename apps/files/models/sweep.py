"""The sweep: what was found and removed when files were last looked after."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Sweep(Record):
    """The report of one sweep, as `types.SweepReport` has it."""

    report = models.JSONField()

    personal_data = PersonalData(impersonal=("report",))

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
