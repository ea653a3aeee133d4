"""How notifications, and why somebody got one or not, look from outside."""

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.notifications.api import notification_examples as examples
from apps.notifications.languages import TAG
from apps.notifications.models import Notification
from apps.notifications.services.sending import DEFAULT_TTL_SECONDS, LONGEST_TTL_SECONDS
from apps.notifications.services.targets import MOST_USERS
from apps.notifications.types import (
    Channel,
    DeliveryState,
    Outcome,
    Ruling,
    Step,
    Target,
    TargetKind,
    Text,
    Urgency,
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_MOST_NAMES = 100


class NamedField(serializers.DictField):
    """Values by names: letters, digits and ``_ . -``; at most 100."""

    default_error_messages = {
        "name": "{name} is no name here: 1 to 64 letters, digits and _ . -, a letter first.",
        "too_many": "At most 100 names.",
    }

    @override
    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            if len(data) > _MOST_NAMES:
                self.fail("too_many")
            for name in data:
                if not _NAME.fullmatch(str(name)):
                    self.fail("name", name=repr(name)[:80])
        named: dict[str, Any] = super().to_internal_value(data)
        return named


class WordsIn(StrictSerializer):
    """The words of one language."""

    title = serializers.CharField(max_length=500)
    body = serializers.CharField(
        max_length=20_000, allow_blank=True, trim_whitespace=False, default=""
    )
    url = serializers.CharField(max_length=2048, allow_blank=True, default="")


@examples.new_notification
class NotificationIn(StrictSerializer):
    """What is to be said, and to whom: to `users`, to a `topic`, or to a `segment`."""

    idempotency_key = serializers.CharField(
        max_length=200,
        help_text="Yours for this notification: the same twice is sent once, however long after.",
    )
    category = serializers.CharField(
        max_length=64, required=False, help_text="Without it, the template's."
    )
    template = serializers.CharField(max_length=64, required=False)
    variables = NamedField(
        child=serializers.CharField(max_length=2000, allow_blank=True),
        required=False,
        help_text="What the template's variables stand for.",
    )
    texts = serializers.DictField(
        child=WordsIn(),
        required=False,
        help_text="By language (BCP 47), instead of a template.",
    )
    data = NamedField(
        child=serializers.CharField(max_length=4000, allow_blank=True),
        required=False,
        help_text="For the app itself.",
    )
    is_silent = serializers.BooleanField(
        default=False, help_text="Shows nothing: wakes the app to act on `data`."
    )
    users = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_USERS, required=False
    )
    topic = serializers.CharField(max_length=80, required=False)
    segment = serializers.CharField(max_length=64, required=False)
    arguments = NamedField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=200), max_length=_MOST_NAMES
        ),
        required=False,
        help_text="Of the segment.",
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices),
        min_length=1,
        max_length=len(Channel),
        required=False,
        help_text="Without them the category's, and those that people have added.",
    )
    urgency = serializers.ChoiceField(choices=Urgency.choices, default=Urgency.NORMAL)
    ttl_seconds = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_TTL_SECONDS,
        default=DEFAULT_TTL_SECONDS,
        help_text="So long after `scheduled_at` it is worth nothing any more.",
    )
    collapse_id = serializers.CharField(
        max_length=64, required=False, help_text="A later one of the same id takes its place."
    )
    digest_key = serializers.CharField(
        max_length=100,
        required=False,
        help_text="What is gathered together, where the category gathers.",
    )
    scheduled_at = serializers.DateTimeField(required=False)

    def validate_texts(self, value: Mapping[str, Mapping[str, str]]) -> dict[str, Text]:
        """Speak of texts as the services do."""
        unknown = [tag for tag in value if not TAG.fullmatch(tag) or len(tag) > 35]
        if unknown:
            raise serializers.ValidationError(f"{unknown[0][:40]!r} is no language (BCP 47).")
        return {tag: Text(**words) for tag, words in value.items()}

    def validate_channels(self, value: list[str]) -> list[Channel]:
        """Speak of channels as the services do."""
        return [Channel(each) for each in value]

    def validate_urgency(self, value: str) -> Urgency:
        """Speak of urgency as the services do."""
        return Urgency(value)

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put whom it is for into one target."""
        named = [name for name in ("users", "topic", "segment") if name in attrs]
        if len(named) != 1:
            raise serializers.ValidationError(
                {"users": "Say whom it is for: users, a topic or a segment; one of them."}
            )
        if "arguments" in attrs and named != ["segment"]:
            raise serializers.ValidationError({"arguments": "Only a segment takes arguments."})
        attrs["target"] = Target(
            kind=TargetKind(named[0]),
            user_ids=tuple(attrs.pop("users", ())),
            name=attrs.pop("topic", "") or attrs.pop("segment", ""),
            arguments=attrs.pop("arguments", {}),
        )
        return attrs


@examples.notification
class NotificationOut(StrictModelSerializer):
    """A notification, and how far it has come to its recipients."""

    channels = serializers.ListField(
        child=serializers.ChoiceField(choices=Channel.choices),
        allow_null=True,
        help_text="Null for those of the category.",
    )

    class Meta:
        model = Notification
        fields = (
            "id",
            "category",
            "template",
            "is_silent",
            "target_kind",
            "channels",
            "urgency",
            "ttl_seconds",
            "collapse_id",
            "digest_key",
            "scheduled_at",
            "state",
            "recipient_count",
            "finished_at",
            "created_at",
        )


class DecisionOut(StrictSerializer):
    """What one step ruled for one channel."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    step = serializers.ChoiceField(choices=Step.choices)
    ruling = serializers.ChoiceField(choices=Ruling.choices)
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class PushAttemptOut(StrictSerializer):
    """What a provider was asked once, and what it answered."""

    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    duration_ms = serializers.FloatField()
    status = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(help_text="The provider's own word for it.")
    reason = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    next_attempt_at = serializers.DateTimeField(allow_null=True)


class ExplainedDeliveryOut(StrictSerializer):
    """What went to one device, mailbox or inbox."""

    id = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    service = serializers.CharField(help_text="Of a push, who carries it.")
    device = serializers.UUIDField(allow_null=True)
    account = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    last_code = serializers.CharField()
    last_reason = serializers.CharField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    attempts = PushAttemptOut(many=True)


@examples.explanation
class ExplanationOut(StrictSerializer):
    """Why a person did or did not get a notification, step by step."""

    notification_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    state = serializers.CharField(
        help_text="`waiting`, `sent`, `suppressed`, or `no_recipient` for nobody it came to."
    )
    summary = serializers.CharField()
    decisions = DecisionOut(many=True)
    deliveries = ExplainedDeliveryOut(many=True)
