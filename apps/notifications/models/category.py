"""The category: a kind of notification that people can have or not, as operators set it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.types import Channel


class Category(Record):
    """Made by an operator, or in the place of one that an app declares (`ports`)."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    # By BCP-47 tag: {"name": ..., "description": ...}.
    translations = models.JSONField(default=dict, blank=True)
    is_mandatory = models.BooleanField(
        default=False, help_text="Cannot be switched off, and nothing holds it back."
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices),
        help_text="On unless the person says otherwise.",
    )
    throttle_limit = models.PositiveIntegerField(
        default=0, help_text="At most so many per person and channel; 0 for no limit."
    )
    throttle_seconds = models.PositiveIntegerField(default=0)
    digest_seconds = models.PositiveIntegerField(
        default=0, help_text="Gathered for so long after the first; 0 for never."
    )
    is_push_only_when_offline = models.BooleanField(default=False)

    personal_data = PersonalData(
        impersonal=(
            *("key", "name", "description", "translations", "is_mandatory", "channels"),
            *("throttle_limit", "throttle_seconds", "digest_seconds"),
            "is_push_only_when_offline",
        )
    )

    class Meta:
        ordering = ("key",)
        verbose_name_plural = "categories"

    @override
    def __str__(self) -> str:
        return self.name
