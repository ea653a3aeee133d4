"""How our own protocol looks from outside, and what is asked of every pull and push."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from typing_extensions import override

from apps.api.serializers import SteadySerializer, StrictSerializer
from apps.sync.api import examples
from apps.sync.api.operations import CLOCK, changes_in
from apps.sync.api.reading import DEVICE, ID, LARGEST_INTEGER, MOST_ROWS
from apps.sync.types import Change, Operation, Outcome, Strategy

# 2020 and 2100; a phone whose clock is further off trusts no certificate either.
_FIRST_MS, _LAST_MS = 1_577_836_800_000, 4_102_444_800_000
_MOST_PENDING = 1_000_000
_NEWEST_SCHEMA = 100_000


def checkpoint_field(**options: Any) -> serializers.IntegerField:
    """Return the field of a checkpoint: a number that the server has given out."""
    return serializers.IntegerField(min_value=1, max_value=LARGEST_INTEGER, **options)


class Told(SteadySerializer):
    """What a client says of itself in any call."""

    device = serializers.RegexField(
        rf"\A{DEVICE}\Z",
        max_length=64,
        required=False,
        help_text="The app's installation id, as at `/api/v1/accounts/devices/`; else the device "
        "of this session, else the session itself. Each has checkpoints of its own.",
    )
    schema_version = serializers.IntegerField(
        min_value=1,
        max_value=_NEWEST_SCHEMA,
        required=False,
        default=1,
        help_text="Of the client's schema: newer tables and columns are left out.",
    )
    app_version = serializers.RegexField(
        r"\A[\x20-\x7e]{0,40}\Z", max_length=40, required=False, allow_blank=True, default=""
    )
    client_now = serializers.IntegerField(
        min_value=_FIRST_MS,
        max_value=_LAST_MS,
        required=False,
        default=None,
        help_text="What the device's clock says, in milliseconds since 1970: by it the times of "
        "edits are corrected.",
    )
    pending = serializers.IntegerField(
        min_value=0,
        max_value=_MOST_PENDING,
        required=False,
        default=None,
        help_text="How many operations the device still holds back, those of this push included.",
    )


class PageQuery(Told):
    """What any pull of several tables is asked with."""

    migration = serializers.CharField(
        max_length=20_000,
        required=False,
        default=None,
        help_text="After an update of the app, once, as JSON: `{from, tables: [], columns: "
        "[{table, columns: []}]}`, for which there was no room until now; or `null`.",
    )
    rows = serializers.IntegerField(
        min_value=1,
        max_value=MOST_ROWS,
        required=False,
        default=MOST_ROWS,
        help_text="At most so many rows; a page has at most 2 MB, too.",
    )


class PullQuery(PageQuery):
    """What our own pull is asked with."""

    checkpoint = checkpoint_field(
        required=False,
        default=None,
        help_text="From the last page. Without it the client gets everything.",
    )


class OperationIn(StrictSerializer):
    """One thing that a client did to a row."""

    op_id = serializers.UUIDField(
        help_text="Yours for this operation: sent again, it is answered alike and not repeated."
    )
    table = serializers.CharField(max_length=63)
    id = serializers.RegexField(
        rf"\A{ID.pattern}\Z", max_length=36, help_text="Of the row; the client names new ones."
    )
    op = serializers.ChoiceField(choices=Operation.choices)
    base_revision = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_INTEGER,
        required=False,
        allow_null=True,
        help_text="The row's `_revision` that the edit began from; null for a new row.",
    )
    changes = serializers.DictField(
        required=False, help_text="Values by column: of an edit the changed ones, of a row all."
    )
    hlc = serializers.RegexField(
        rf"\A{CLOCK.pattern.replace('?P<ms>', '').replace('?P<counter>', '')}\Z",
        max_length=20,
        required=False,
        allow_null=True,
        help_text="When it was done: `<milliseconds>-<counter>` by a hybrid logical clock.",
    )


@extend_schema_field(OperationIn(many=True))
class OperationsField(serializers.Field):  # type: ignore[type-arg]  # of changes, never shown
    """The operations of a push, read at once: a serializer for each takes three times as long."""

    @override
    def to_internal_value(self, data: Any) -> list[Change]:
        if not isinstance(data, list):
            raise serializers.ValidationError("A list of operations is expected.")
        return changes_in(data)

    @override
    def to_representation(self, value: Any) -> Any:
        return value


@examples.push
class PushIn(StrictSerializer, Told):
    """What a client has done since its last push."""

    atomic = serializers.BooleanField(
        required=False, default=False, help_text="All operations or none."
    )
    operations = OperationsField()


class ResultOut(StrictSerializer):
    """What became of one operation."""

    op_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    revision = serializers.IntegerField(allow_null=True, help_text="Of the row, from now on.")
    record = serializers.DictField(
        allow_null=True, help_text="The row as the server has it, where the client's differs."
    )
    code = serializers.CharField(help_text="Of the error, as at `/api/v1/errors/`.")
    reason = serializers.CharField()
    conflict_id = serializers.UUIDField(allow_null=True)
    retry_after = serializers.IntegerField(
        allow_null=True, help_text="Of a queued one: in how many seconds it is tried again, here."
    )
    is_repeated = serializers.BooleanField(help_text="It came before; this is what was answered.")


@examples.pushed
class PushOut(StrictSerializer):
    """What became of the operations, in their order."""

    results = ResultOut(many=True)
    server_now = serializers.IntegerField(help_text="Milliseconds since 1970.")


class TableChangesOut(StrictSerializer):
    """What has changed in one table."""

    rows = serializers.ListField(
        child=serializers.DictField(),
        help_text="New and changed rows, whole: `id`, the columns, `_revision`.",
    )
    deleted = serializers.ListField(
        child=serializers.CharField(), help_text="Ids of rows that are gone, or not for you."
    )


@examples.page
class PageOut(StrictSerializer):
    """One page of what has changed since a checkpoint; an id is in it once."""

    changes = serializers.DictField(child=TableChangesOut())
    checkpoint = serializers.IntegerField(help_text="To come back with.")
    has_more = serializers.BooleanField(help_text="There is another page: pull at once.")
    strategy = serializers.ChoiceField(
        choices=Strategy.choices,
        help_text="`replacement`: what none of the pages holds is no longer yours.",
    )
    is_first = serializers.BooleanField(help_text="Of a full set: pages before it do not count.")
    server_now = serializers.IntegerField(help_text="Milliseconds since 1970.")


def told_of(validated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `services.known_state` is told of the client."""
    return {
        "schema_version": validated["schema_version"],
        "app_version": validated["app_version"],
        "pending_operations": validated["pending"],
        "client_now_ms": validated["client_now"],
    }
