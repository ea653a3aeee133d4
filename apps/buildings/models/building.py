"""The building: a name, an address, and everything that hangs on it."""

from django.db import models
from typing_extensions import override

from apps.kernel.personal import PersonalData
from apps.sync.ports import Synced


class Building(Synced):
    """A house. Who owns it is told by its members; it never has fewer than one owner."""

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=240, blank=True)

    personal_data = PersonalData(impersonal=("name", "address"))

    class Meta:
        ordering = ("-id",)

    @override
    def __str__(self) -> str:
        return self.name
