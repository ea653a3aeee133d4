"""The member: a person in a building."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.buildings.models.building import Building
from apps.buildings.types import Role
from apps.kernel.personal import PersonalData
from apps.sync.ports import Synced


class Member(Synced):
    """A person who belongs to a building, in one role."""

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    personal_data = PersonalData(
        subject="user",
        personal={
            "building": "export+erase",
            "user": "export+erase",
            "role": "export+erase",
            "invited_by": "erase",
        },
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("building", "user"), name="buildings_member_once"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"
