"""How conflicts look from outside."""

from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictModelSerializer, StrictSerializer
from apps.sync.api import examples
from apps.sync.models import SyncConflict
from apps.sync.types import Resolution


@examples.conflict
class ConflictOut(StrictModelSerializer):
    """Two versions of a row, of which somebody chooses, or a policy has chosen."""

    device = serializers.CharField(
        source="state.installation_id",
        default="",
        help_text="On which the edit was made; empty once it is forgotten.",
    )
    fields = serializers.ListField(  # type: ignore[assignment]  # fields are no attributes
        child=serializers.CharField(), help_text="The columns that met."
    )
    resolution = serializers.CharField(
        help_text="`mine`, `theirs` or `merged`; empty until somebody has decided."
    )
    mine = serializers.DictField(help_text="What the client wanted, by column.")
    theirs = serializers.DictField(
        allow_null=True, help_text="The row it met; null if that was deleted."
    )

    class Meta:
        model = SyncConflict
        fields = (
            *("id", "device", "table", "record_id", "kind", "settled", "fields"),
            *("mine", "theirs", "base_revision", "server_revision"),
            *("resolution", "resolved_at", "created_at"),
        )
        read_only_fields = fields


@examples.resolving
class ResolutionIn(StrictSerializer):
    """What a conflict is to end with."""

    resolution = serializers.ChoiceField(choices=Resolution.choices)
    values = serializers.DictField(
        required=False,
        allow_null=True,
        default=None,
        help_text="With `merged`: the values by column.",
    )

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_merged = attrs["resolution"] == Resolution.MERGED
        if is_merged != bool(attrs["values"]):
            raise serializers.ValidationError({"values": ["With `merged`, and only then."]})
        return {**attrs, "resolution": Resolution(attrs["resolution"])}
