"""The catalogue of what can be subscribed to."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import Anyone
from apps.api.views import ApiView
from apps.kernel.errors import NotFound
from apps.webhooks.api.serializers import EventTypeListOut, EventTypeOut
from apps.webhooks.catalogue import entries


class EventTypesView(ApiView):
    """The catalogue of event types."""

    permission_classes = (Anyone,)

    @extend_schema(
        operation_id="webhooks_event_types_list",
        summary="List the event types to subscribe to",
        responses=EventTypeListOut,
    )
    def get(self, request: Request) -> Response:
        """List every event type by its name, with the JSON Schema of what is sent."""
        return Response({"items": [asdict(entry) for entry in entries()]})


class EventTypeView(ApiView):
    """One type of the catalogue."""

    permission_classes = (Anyone,)

    @extend_schema(summary="Show an event type to subscribe to", responses=EventTypeOut)
    def get(self, request: Request, topic: str) -> Response:
        """Show one event type with the JSON Schema of what is sent."""
        entry = next((entry for entry in entries() if entry.event_type == topic), None)
        if entry is None:
            raise NotFound
        return Response(asdict(entry))
