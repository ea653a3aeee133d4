"""The unit: a flat, an office, a cellar."""

from django.db import models
from typing_extensions import override

from apps.buildings.models.building import Building
from apps.kernel.personal import PersonalData
from apps.sync.ports import Synced


class Unit(Synced):
    """A part of a building that people call by its label."""

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="units")
    label = models.CharField(max_length=40)
    floor = models.SmallIntegerField(null=True, blank=True, help_text="0 is the ground floor.")
    notes = models.TextField(blank=True, max_length=2000)

    personal_data = PersonalData(impersonal=("building", "label", "floor", "notes"))

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("building", "label"), name="buildings_unit_label"),
        )

    @override
    def __str__(self) -> str:
        return self.label
