"""The tables of ${app}."""

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class ${Resource}(Record):
    """${A} ${words} of one person, who has no other of the same name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=120)

    personal_data = PersonalData(
        subject="owner", personal={"owner": "export+erase", "name": "export+erase"}
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="${app}_${resource}_name_of_owner"),
        )

    @override
    def __str__(self) -> str:
        return self.name
