"""WatermelonDB's protocol, for its stock client."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.schema import raises
from apps.sync.api import examples
from apps.sync.api.views.base import SyncView, json_response
from apps.sync.api.watermelon import (
    Pushed,
    answered,
    changes_of,
    migration_in,
    pulled_out,
    pushed_in,
)
from apps.sync.api.watermelon_serializers import (
    WatermelonPageOut,
    WatermelonPullQuery,
    WatermelonPushOut,
    WatermelonPushQuery,
)
from apps.sync.errors import ChangedMeanwhile, CheckpointInvalid, TooManyOperations, UnknownTable
from apps.sync.selectors import visible_ids
from apps.sync.services import pull_changes, push_changes
from apps.sync.types import Caller, Change, Page, Strategy


class WatermelonPullView(SyncView):
    """What others have changed."""

    query_serializer = WatermelonPullQuery

    @extend_schema(
        operation_id="sync_watermelon_pull",
        summary="Pull as WatermelonDB does",
        parameters=[WatermelonPullQuery],
        responses=WatermelonPageOut,
        extensions=raises(CheckpointInvalid),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with one page, or with the full set at once where it replaces everything."""
        asked = self.asked(request)
        migration = migration_in(asked["migration"])
        pages = _pages(
            self.caller(request, asked, checkpoint=asked["last_pulled_at"]),
            asked["last_pulled_at"],
            schema_version=asked["schema_version"],
            migration=migration,
            row_limit=asked["rows"],
        )
        return json_response(pulled_out(pages, schema_version=asked["schema_version"]))


class WatermelonPushView(SyncView):
    """What the client has changed."""

    query_serializer = WatermelonPushQuery

    @extend_schema(
        operation_id="sync_watermelon_push",
        summary="Push as WatermelonDB does",
        parameters=[WatermelonPushQuery],
        request={"application/json": OpenApiTypes.OBJECT},
        responses=WatermelonPushOut,
        examples=[
            OpenApiExample("push", value=examples.watermelon_push, request_only=True),
            OpenApiExample("refused", value=examples.watermelon_pushed, response_only=True),
        ],
        extensions=raises(ChangedMeanwhile, CheckpointInvalid, TooManyOperations, UnknownTable),
    )
    def post(self, request: Request) -> Response:
        """Take all changes, or none where a row has changed since the last pull."""
        asked = self.asked(request)
        pushed = pushed_in(request.data, schema_version=asked["schema_version"])
        caller = self.caller(request, asked, checkpoint=asked["last_pulled_at"])
        changes = [change for each in pushed for change in _changes(caller, each)]
        results = push_changes(
            caller,
            changes,
            checkpoint=asked["last_pulled_at"],
            is_strict=True,
            mends=True,
        )
        return Response(answered(changes, results))


def _changes(caller: Caller, pushed: Pushed) -> list[Change]:
    ids = [row["id"] for row in pushed.updated]
    known = visible_ids(pushed.table, ids, user_id=caller.user_id) if ids else ()
    return list(changes_of(pushed, known_ids=known))


def _pages(caller: Caller, checkpoint: int | None, **asked: Any) -> list[Page]:
    """Return one page; of the full set all, for edits of what the first does not hold are lost.

    WatermelonDB drops what is not in an answer that replaces, also if it comes in the next one.
    """
    pages = [pull_changes(caller, checkpoint=checkpoint, **asked)]
    while pages[0].strategy is Strategy.REPLACEMENT and pages[-1].has_more:
        page = pull_changes(caller, checkpoint=pages[-1].checkpoint, **asked)
        # A scope that was revoked meanwhile lets the set begin anew.
        pages = [page] if page.is_first else [*pages, page]
    return pages
