"""The invitation: a place in a building, offered to an e-mail address."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.buildings.models.building import Building
from apps.buildings.types import Role
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Invitation(Record):
    """An offer that waits until the owner of the address takes it up.

    It names an address, never an account: whether one exists is not the inviter's business.
    """

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="invitations")
    # In canonical form, as accounts keep it, so that equality finds the invited person.
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    personal_data = PersonalData(
        subject="email",
        personal={
            "building": "export+erase",
            "email": "export+erase",
            "role": "export+erase",
            "invited_by": "erase",
        },
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("email", "building"), name="buildings_invitation_once"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.role} in {self.building_id}"
