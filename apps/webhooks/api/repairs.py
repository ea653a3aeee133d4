"""How attempts in full, recoveries and examinations look from outside."""

from rest_framework import serializers

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.webhooks.api import examples
from apps.webhooks.api.serializers import MAX_EVENT_TYPES, AttemptOut
from apps.webhooks.models import Examination, Recovery
from apps.webhooks.types import CheckVerdict


@examples.attempts
class AttemptListOut(StrictSerializer):
    """The latest attempts of a delivery, newest first, and what comes next."""

    items = AttemptOut(many=True)
    next_attempt_at = serializers.DateTimeField(
        allow_null=True, help_text="Null once it is finished, or while it is being sent."
    )


@examples.replay
class ReplayIn(StrictSerializer):
    """What is to be sent again: all that happened in [since, until), delivered or not."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=120),
        max_length=MAX_EVENT_TYPES,
        required=False,
        help_text="Types, beginnings such as `buildings.*`, or `*`; without any all of them.",
    )


@examples.recover
class RecoverIn(StrictSerializer):
    """Since when what failed is to be sent again."""

    since = serializers.DateTimeField()


@examples.recovery
class RecoveryOut(StrictModelSerializer):
    """Many deliveries on their way again, and how far that is."""

    endpoint = serializers.UUIDField(source="endpoint.public_id")
    total = serializers.IntegerField(help_text="As counted at the beginning.")
    percent = serializers.FloatField(source="progress.percent")
    per_second = serializers.FloatField(source="progress.per_second")
    seconds_left = serializers.FloatField(
        source="progress.seconds_left", allow_null=True, help_text="At the pace so far."
    )

    class Meta:
        model = Recovery
        fields = (
            "id",
            "endpoint",
            "kind",
            "since",
            "until",
            "event_types",
            "state",
            "total",
            "done",
            "percent",
            "per_second",
            "seconds_left",
            "created_at",
            "finished_at",
        )


class CheckOut(StrictSerializer):
    """One check of an examination."""

    name = serializers.CharField()
    sent = serializers.CharField()
    expected = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    got = serializers.CharField()
    verdict = serializers.ChoiceField(choices=CheckVerdict.choices)
    advice = serializers.CharField(allow_blank=True)
    duration_ms = serializers.FloatField()


@examples.examination
class ExaminationOut(StrictModelSerializer):
    """What the doctor sent to a receiver, what it answered, and what to mend."""

    endpoint = serializers.UUIDField(source="endpoint.public_id")
    checks = CheckOut(many=True)

    class Meta:
        model = Examination
        fields = (
            "id",
            "endpoint",
            "state",
            "finding",
            "checks",
            "created_at",
            "finished_at",
        )
