"""RxDB's replication, one collection per table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import DictField, ListSerializer

from apps.api.schema import raises
from apps.sync.api import examples
from apps.sync.api.rxdb import (
    Row,
    change_of,
    is_conflicting,
    is_taken,
    master_out,
    page_out,
    rows_in,
)
from apps.sync.api.rxdb_serializers import RxdbPageOut, RxdbPullQuery, RxdbRowIn
from apps.sync.api.serializers import Told
from apps.sync.api.views.base import SyncView, json_response
from apps.sync.errors import CheckpointInvalid, TooManyOperations
from apps.sync.ports import SyncedTable
from apps.sync.selectors import records, visible_ids
from apps.sync.services import pull_changes, push_changes
from apps.sync.types import Caller


class RxdbPullView(SyncView):
    """What others have changed in a table."""

    query_serializer = RxdbPullQuery
    table: SyncedTable | None = None

    @extend_schema(
        summary="Pull a table as RxDB does",
        parameters=[RxdbPullQuery],
        responses=RxdbPageOut,
        extensions=raises(CheckpointInvalid),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with a batch of documents."""
        table = _named(self.table)
        asked = self.asked(request)
        page = pull_changes(
            self.caller(request, asked, checkpoint=asked["checkpoint"]),
            checkpoint=asked["checkpoint"],
            schema_version=asked["schema_version"],
            row_limit=asked["batch_size"],
            only=(table.name,),
        )
        return json_response(page_out(page, table=table.name))


class RxdbPushView(SyncView):
    """What the client has changed in a table."""

    query_serializer = Told
    table: SyncedTable | None = None

    @extend_schema(
        summary="Push documents as RxDB does",
        parameters=[Told],
        request=RxdbRowIn(many=True),
        responses={200: ListSerializer(child=DictField())},
        examples=[
            OpenApiExample("push", value=examples.rxdb_push, request_only=True),
            OpenApiExample("conflicts", value=examples.rxdb_conflicts, response_only=True),
        ],
        extensions=raises(TooManyOperations),
    )
    def post(self, request: Request) -> Response:
        """Take what rests on the present state; answer with the present state of the others."""
        table = _named(self.table)
        rows = rows_in(request.data, table)
        asked = self.asked(request)
        caller = self.caller(request, asked)
        masters = _masters(caller, table, [row.id for row in rows], asked)
        met = [row.id for row in rows if is_conflicting(row, masters.get(row.id))]
        taken = [row for row in rows if row.id not in met]
        met += _push(caller, taken, masters)
        now = _masters(caller, table, met, asked) if met else {}
        return Response([master_out(record_id, now.get(record_id)) for record_id in met])


def _push(caller: Caller, rows: Sequence[Row], masters: Mapping[str, Any]) -> list[str]:
    """Carry out the rows, and return the ids of those that are not as the client wants them."""
    changes = [change_of(row, masters.get(row.id)) for row in rows]
    results = push_changes(caller, changes, mends=True) if changes else []
    return [row.id for row, told in zip(rows, results, strict=True) if not is_taken(row, told)]


def _masters(
    caller: Caller, table: SyncedTable, ids: Sequence[str], asked: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Return the documents that the user sees, by their ids."""
    seen = visible_ids(table, ids, user_id=caller.user_id)
    found = records(
        table, sorted(seen), schema_version=asked["schema_version"], with_revisions=True
    )
    return dict(found)


def _named(table: SyncedTable | None) -> SyncedTable:
    assert table is not None, "Each route names its table."
    return table
