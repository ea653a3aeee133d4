"""The catalogue of what can be subscribed to."""

import inspect
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.permissions import SignedIn
from apps.api.views import ApiView
from apps.events.types import Event, event_types, payload_fields
from apps.webhooks.api.serializers import EventTypeListOut


class EventTypesView(ApiView):
    """The catalogue of event types."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="List the event types to subscribe to", responses=EventTypeListOut)
    def get(self, request: Request) -> Response:
        """List every event type, by its name."""
        return Response({"items": [_entry(event_type) for event_type in event_types()]})


def _entry(event_type: type[Event]) -> dict[str, Any]:
    return {
        "event_type": event_type.topic,
        "description": inspect.getdoc(event_type),
        "version": event_type.version,
        "data_fields": list(payload_fields(event_type)),
    }
