"""Our own protocol: operations with ids, revisions and clocks."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.schema import raises
from apps.kernel import clock
from apps.sync.api.operations import page_out, result_out
from apps.sync.api.serializers import PageOut, PullQuery, PushIn, PushOut
from apps.sync.api.views.base import SyncView, json_response
from apps.sync.api.watermelon import migration_in
from apps.sync.errors import CheckpointInvalid, TooManyOperations
from apps.sync.services import pull_changes, push_changes


class PullView(SyncView):
    """What others have changed."""

    query_serializer = PullQuery

    @extend_schema(
        operation_id="sync_pull",
        summary="Pull what has changed since a checkpoint",
        parameters=[PullQuery],
        responses=PageOut,
        extensions=raises(CheckpointInvalid),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with one page; while `has_more`, come back with its checkpoint at once."""
        asked = self.asked(request)
        migration = migration_in(asked["migration"])
        page = pull_changes(
            self.caller(request, asked, checkpoint=asked["checkpoint"]),
            checkpoint=asked["checkpoint"],
            schema_version=asked["schema_version"],
            migration=migration,
            row_limit=asked["rows"],
            with_revisions=True,
        )
        return json_response(page_out(page))


class PushView(SyncView):
    """What the client has changed."""

    @extend_schema(
        operation_id="sync_push",
        summary="Push operations",
        request=PushIn,
        responses=PushOut,
        extensions=raises(TooManyOperations),
    )
    def post(self, request: Request) -> Response:
        """Carry out what can be, and say of each operation what became of it."""
        serializer = PushIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        results = push_changes(
            self.caller(request, told),
            told["operations"],
            is_atomic=told["atomic"],
        )
        shown = [result_out(result) for result in results]
        return Response({"results": shown, "server_now": int(clock.now().timestamp() * 1000)})
