"""How WatermelonDB's protocol looks from outside; its clients are not asked to know more."""

from typing import Any

from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import StrictSerializer
from apps.sync.api import examples
from apps.sync.api.serializers import PageQuery, Told, checkpoint_field
from apps.sync.types import Strategy


class TimestampField(serializers.IntegerField):
    """A timestamp; clients write ``null`` where they have none."""

    @override
    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data in ("null", "") else data)


def _timestamp() -> serializers.IntegerField:
    longest = checkpoint_field()
    return TimestampField(
        min_value=1,
        max_value=longest.max_value,
        required=False,
        allow_null=True,
        default=None,
        help_text="The `timestamp` of the last pull.",
    )


class WatermelonPullQuery(PageQuery):
    """What WatermelonDB's ``pullChanges`` sends."""

    last_pulled_at = _timestamp()


class WatermelonPushQuery(Told):
    """What WatermelonDB's ``pushChanges`` sends."""

    last_pulled_at = _timestamp()


class WatermelonChangesOut(StrictSerializer):
    """What has changed in one table."""

    created = serializers.ListField(child=serializers.DictField(), help_text="Always empty.")
    updated = serializers.ListField(
        child=serializers.DictField(),
        help_text="New and changed rows: synchronize with `sendCreatedAsUpdated`.",
    )
    deleted = serializers.ListField(child=serializers.CharField())


@examples.watermelon_page
class WatermelonPageOut(StrictSerializer):
    """What ``pullChanges`` returns."""

    changes = serializers.DictField(child=WatermelonChangesOut())
    timestamp = serializers.IntegerField()
    has_more = serializers.BooleanField(help_text="Synchronize again at once.")
    experimentalStrategy = serializers.ChoiceField(  # noqa: N815  WatermelonDB's name
        choices=Strategy.choices,
        required=False,
        help_text="Said of a full set: what is not in it is no longer the client's.",
    )


class RefusedOut(StrictSerializer):
    """A row that was refused."""

    table = serializers.CharField()
    id = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class WatermelonPushOut(StrictSerializer):
    """What ``pushChanges`` returns; nothing where all was taken."""

    experimentalRejectedIds = serializers.DictField(  # noqa: N815  WatermelonDB's name
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    rejected = RefusedOut(many=True, required=False)
