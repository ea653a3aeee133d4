"""How what people want looks from outside: channels of categories, quiet hours, topics."""

import re
from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.notifications.api import preference_examples as examples
from apps.notifications.models import TopicSubscription
from apps.notifications.types import Channel, PreferenceChange

_MOST_CHANGES = 200
_WALL_TIME = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


class CategoryPreferenceOut(StrictSerializer):
    """A category, and by which ways the person is sent what is of it."""

    category = serializers.CharField(source="key")
    name = serializers.CharField()
    description = serializers.CharField()
    is_mandatory = serializers.BooleanField(help_text="Its usual channels cannot be switched off.")
    push = serializers.BooleanField()
    email = serializers.BooleanField()
    inbox = serializers.BooleanField()


@examples.preferences
class PreferencesOut(StrictSerializer):
    """Every category there is, named in the person's language."""

    items = CategoryPreferenceOut(many=True)


class ChangeIn(StrictSerializer):
    """One channel of one category; null goes back to what is usual."""

    category = serializers.CharField(max_length=64)
    channel = serializers.ChoiceField(choices=Channel.choices)
    is_enabled = serializers.BooleanField(allow_null=True)


@examples.changes
class PreferencesIn(StrictSerializer):
    """What to switch on or off."""

    changes = serializers.ListField(child=ChangeIn(), min_length=1, max_length=_MOST_CHANGES)

    def wishes(self) -> Sequence[PreferenceChange]:
        """Return the changes as the services take them."""
        return [
            PreferenceChange(
                category=each["category"],
                channel=Channel(each["channel"]),
                is_enabled=each["is_enabled"],
            )
            for each in self.validated_data["changes"]
        ]


@extend_schema_field({"type": "string", "pattern": _WALL_TIME})
class WallTimeField(serializers.TimeField):
    """A time on the person's clock, which no offset belongs to: so not RFC 3339's "time"."""

    @override
    def to_internal_value(self, value: Any) -> Any:
        """Return the time; refuses what the schema does not tell of."""
        if not (isinstance(value, str) and re.fullmatch(_WALL_TIME, value)):
            self.fail("invalid", format="hh:mm[:ss]")
        return super().to_internal_value(value)


@examples.quiet_hours
class QuietHoursOut(StrictSerializer):
    """When the person wants nothing that can wait."""

    is_enabled = serializers.BooleanField()
    starts_at = WallTimeField()
    ends_at = WallTimeField(help_text="Before `starts_at`: on the next morning.")
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7),
        help_text="On which they start; 1 is Monday.",
    )
    time_zone = serializers.CharField(help_text='"" for the person\'s own.')


@examples.new_quiet_hours
class QuietHoursIn(StrictSerializer):
    """What of them to change."""

    is_enabled = serializers.BooleanField(required=False)
    starts_at = WallTimeField(required=False)
    ends_at = WallTimeField(required=False)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7),
        min_length=1,
        max_length=7,
        required=False,
    )
    time_zone = serializers.CharField(max_length=64, allow_blank=True, required=False)


@examples.topic
class TopicOut(StrictModelSerializer):
    """A topic that the person is sent what goes to."""

    class Meta:
        model = TopicSubscription
        fields = ("id", "topic", "created_at")


@examples.new_topic
class TopicIn(StrictSerializer):
    """What to subscribe to."""

    topic = serializers.RegexField(r"\A[a-z0-9][a-z0-9._:-]{0,79}\Z", max_length=80)
