"""What a person wants: channels switched on or off, quiet hours, topics."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.types import Channel


def every_day() -> list[int]:
    """Return all ISO weekdays."""
    return [1, 2, 3, 4, 5, 6, 7]


class Preference(Record):
    """A person's word on one channel of one category; without a row the category's own holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    category = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_enabled = models.BooleanField()

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "category": "export+erase",
            "channel": "export+erase",
            "is_enabled": "export+erase",
        },
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "category", "channel"), name="notifications_one_preference_each"
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.category} by {self.channel}: {'on' if self.is_enabled else 'off'}"


class QuietHours(Record):
    """When a person wants nothing that can wait; ``starts_at`` after ``ends_at`` spans midnight."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    is_enabled = models.BooleanField(default=True)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    # ISO weekdays on which they start.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    # "" for the user's own.
    time_zone = models.CharField(max_length=64, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "is_enabled": "export+erase",
            "starts_at": "export+erase",
            "ends_at": "export+erase",
            "weekdays": "export+erase",
            "time_zone": "export+erase",
        },
    )

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "quiet hours"

    @override
    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


class TopicSubscription(Record):
    """A person who is sent what goes to a topic."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    topic = models.CharField(max_length=80)

    personal_data: ClassVar = PersonalData(
        subject="user", personal={"user": "export+erase", "topic": "export+erase"}
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "topic"), name="notifications_one_subscription_each"
            ),
        )
        # Read in order of people, from one on (`Notification.expanded_until`).
        indexes = (models.Index(fields=("topic", "user"), name="notifications_of_topic"),)

    @override
    def __str__(self) -> str:
        return self.topic
