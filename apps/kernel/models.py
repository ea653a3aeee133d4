"""Abstract models: what every table of Mainstay has in common. No tables live here."""

from typing import ClassVar

from django.db import models

from apps.kernel.ids import new_id
from apps.kernel.personal import PersonalData


class Record(models.Model):
    """A row with an internal id for joins, a public one for everybody else, and its times."""

    TECHNICAL_FIELDS: ClassVar = frozenset({"id", "public_id", "created_at", "updated_at"})
    personal_data: ClassVar[PersonalData]

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
