"""The template: the words of a notification, by channel and language."""

from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.types import Channel


class Template(Record):
    """What its texts may mention; made by an operator, or in the place of a declared one."""

    key = models.CharField(max_length=64, unique=True)
    # A category's key, of a row or declared.
    category = models.CharField(max_length=64)
    # Variable to sample; a text may mention these and no others.
    variables = models.JSONField(default=dict, blank=True)

    personal_data = PersonalData(impersonal=("key", "category", "variables"))

    class Meta:
        ordering = ("key",)

    @override
    def __str__(self) -> str:
        return self.key


class TemplateText(Record):
    """One language's words for one channel."""

    template = models.ForeignKey(
        Template, on_delete=models.CASCADE, related_name="texts", db_index=False
    )
    # "" for every channel without a text of its own.
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    # A BCP-47 tag.
    language = models.CharField(max_length=35)
    title = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=2048, blank=True)

    personal_data = PersonalData(
        impersonal=("template", "channel", "language", "title", "body", "url")
    )

    class Meta:
        ordering = ("template", "channel", "language")
        constraints = (
            models.UniqueConstraint(
                fields=("template", "channel", "language"), name="notifications_one_text_each"
            ),
        )

    @override
    def __str__(self) -> str:
        return f"{self.language} {self.get_channel_display() or 'for every channel'}"
