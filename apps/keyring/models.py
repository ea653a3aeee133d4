"""The table of keys; their material is encrypted with the master keys (see `material`)."""

from typing import ClassVar

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.keyring.types import Algorithm, Purpose, State


class Key(Record):
    """A key for one purpose, with the one algorithm it may be used with."""

    purpose = models.CharField(max_length=32, choices=Purpose.choices)
    # Names the key in everything made with it.
    kid = models.CharField(max_length=32, unique=True)
    algorithm = models.CharField(max_length=16, choices=Algorithm.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.NEXT)
    material = models.BinaryField()
    # PEM of the public half, empty for symmetric keys.
    public_material = models.TextField(blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    retiring_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar = PersonalData(
        impersonal=(
            "purpose",
            "kid",
            "algorithm",
            "state",
            "material",
            "public_material",
            "activated_at",
            "retiring_at",
            "revoked_at",
        )
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=models.Q(state=State.ACTIVE),
                name="keyring_one_active_key_per_purpose",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.purpose} {self.kid}"
