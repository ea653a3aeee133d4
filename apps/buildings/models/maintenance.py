"""The maintenance request: something in a building is broken."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.buildings.models.building import Building
from apps.buildings.models.unit import Unit
from apps.buildings.types import Priority, Status
from apps.kernel.personal import PersonalData
from apps.sync.ports import Synced


class MaintenanceRequest(Synced):
    """What is broken, where, and how far the repair has come.

    It outlives its author and its unit: a broken lift stays broken when a resident leaves.
    """

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="requests")
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=5000)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.NORMAL)

    personal_data = PersonalData(
        subject="author",
        personal={
            "author": "export+erase",
            "title": "export+erase",
            "description": "export+erase",
        },
        impersonal=("building", "unit", "status", "priority"),
    )

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("building", "-public_id"), name="buildings_request_newest"),
        )

    @override
    def __str__(self) -> str:
        return self.title
