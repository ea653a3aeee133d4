"""How purges look from outside."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.cdn.models import Purge
from apps.cdn.types import MOST_SUBJECTS, Target

_SUBJECTS = ["https://cdn.example.com/media/v1/lobby.webp?w=300"]
_WHY = "The photo shows the wrong house."


@extend_schema_serializer(
    examples=[
        OpenApiExample("example", value={"target": "urls", "subjects": _SUBJECTS, "reason": _WHY})
    ]
)
class PurgeIn(StrictSerializer):
    """What the CDN shall forget, and why."""

    target = serializers.ChoiceField(choices=Target.choices)
    subjects = serializers.ListField(
        child=serializers.CharField(max_length=2048),
        max_length=MOST_SUBJECTS,
        default=list,
        help_text="URLs of ours, or paths with their query; or tags. None for `everything`.",
    )
    reason = serializers.CharField(max_length=500, help_text="Kept in the event log.")

    def validate_target(self, value: str) -> Target:
        """Speak of targets as the services do."""
        return Target(value)

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a purge that names nothing, or names what it does not need."""
        is_everything = attrs["target"] is Target.EVERYTHING
        if is_everything and attrs["subjects"]:
            raise serializers.ValidationError({"subjects": "Everything needs no subjects."})
        if not is_everything and not attrs["subjects"]:
            raise serializers.ValidationError({"subjects": "Name at least one."})
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "example",
            value={
                "id": "019ab2e0-0d1e-7b3a-9c55-3e1f6a7b8c9d",
                "target": "urls",
                "subjects": _SUBJECTS,
                "reason": _WHY,
                "requested_by": "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d",
                "state": "pending",
                "taken_at": "2026-11-22T09:30:01Z",
                "attempt_count": 0,
                "last_problem": "",
                "created_at": "2026-11-22T09:30:00Z",
                "finished_at": None,
            },
            status_codes=("200", "201"),
        )
    ]
)
class PurgeOut(StrictModelSerializer):
    """A purge, and how far it has come: `taken_at` is when the CDN forgot for the first time."""

    class Meta:
        model = Purge
        fields = (
            "id",
            "target",
            "subjects",
            "reason",
            "requested_by",
            "state",
            "taken_at",
            "attempt_count",
            "last_problem",
            "created_at",
            "finished_at",
        )
