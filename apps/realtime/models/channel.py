"""The channel: a sequence of publications, each with its number."""

from django.db import models
from typing_extensions import override

from apps.kernel.ids import new_id
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


def new_epoch() -> str:
    """Return a name for the life of a channel's numbers; another one makes clients start anew."""
    return new_id().hex[-8:]


class Channel(Record):
    """``user:<id>`` or ``room:<kind>:<id>``; made with its first publication or subscriber."""

    name = models.CharField(max_length=160, unique=True)
    epoch = models.CharField(max_length=16, default=new_epoch)
    # Of the latest publication; 0 before the first.
    top = models.BigIntegerField(default=0)

    personal_data = PersonalData(personal={"name": "erase"}, impersonal=("epoch", "top"))

    class Meta:
        ordering = ("-id",)
        permissions = (
            ("publish_message", "Can publish messages to connected clients"),
            ("disconnect_user", "Can close all connections of a user"),
        )

    @override
    def __str__(self) -> str:
        return self.name
