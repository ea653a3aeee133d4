"""Realtime over HTTP, for servers: publish, look who is there and what was said, disconnect."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from apps.api.permissions import Operates, SignedIn
from apps.api.schema import raises
from apps.api.views import ApiView
from apps.kernel.context import current
from apps.realtime import selectors, services
from apps.realtime.api import examples
from apps.realtime.api.serializers import (
    BroadcastIn,
    ChannelQuery,
    DisconnectIn,
    HistoryOut,
    HistoryQuery,
    MessageIn,
    PresenceOut,
    PublishedOut,
)
from apps.realtime.channels import parsed
from apps.realtime.errors import MessageTooLarge, ServedElsewhere, UnknownChannel
from apps.realtime.types import Position

_CHANNEL = OpenApiParameter(
    "channel",
    OpenApiTypes.STR,
    required=True,
    description="`user:<id>` or `room:<kind>:<id>`.",
    examples=[OpenApiExample("room", value=examples.HOUSE)],
)


class OperatorView(ApiView):
    """A view for servers; each names the permission that it takes."""

    permission_classes = (Operates,)
    operator_permission = ""


class PublishView(OperatorView):
    """Messages for one channel."""

    operator_permission = "realtime.publish_message"

    @extend_schema(
        summary="Publish a message on a channel",
        request=MessageIn,
        responses={202: PublishedOut},
        extensions=raises(UnknownChannel, MessageTooLarge),
    )
    def post(self, request: Request) -> Response:
        """Send a message to whoever is on the channel, and to whoever comes back to it later.

        For staff with the permission to publish. With an `Idempotency-Key` it is published once
        however often it is sent.
        """
        asked = _valid(MessageIn(data=request.data))
        return _published([asked["channel"]], asked["data"])


class BroadcastView(OperatorView):
    """Messages for several channels."""

    operator_permission = "realtime.publish_message"

    @extend_schema(
        summary="Publish a message on several channels",
        request=BroadcastIn,
        responses={202: PublishedOut},
        extensions=raises(UnknownChannel, MessageTooLarge),
    )
    def post(self, request: Request) -> Response:
        """Send one message to up to a hundred channels: all of them, or none."""
        asked = _valid(BroadcastIn(data=request.data))
        return _published(asked["channels"], asked["data"])


class DisconnectView(OperatorView):
    """Connections of one user."""

    operator_permission = "realtime.disconnect_user"

    @extend_schema(
        summary="Close all connections of a user", request=DisconnectIn, responses={202: None}
    )
    def post(self, request: Request) -> Response:
        """Close what the user has open on any node, in less than a second.

        Their sessions go on, so with a code that lets them come back they do. To keep somebody
        out, end the session: that closes its connections too.
        """
        asked = _valid(DisconnectIn(data=request.data))
        services.disconnect_user(user_id=asked["user"], code=asked["code"], reason=asked["reason"])
        return Response(status=202)


class PresenceView(OperatorView):
    """Who is there."""

    operator_permission = "realtime.view_channel"
    query_parameters = tuple(ChannelQuery().fields)

    @extend_schema(
        summary="Show who is on a channel",
        parameters=[_CHANNEL],
        responses=PresenceOut,
        extensions=raises(UnknownChannel),
    )
    def get(self, request: Request) -> Response:
        """Show every connection on the channel, over all nodes; nobody while Redis is dead."""
        channel = _valid(ChannelQuery(data=request.query_params))["channel"]
        parsed(channel)
        clients = selectors.presence(channel)
        shown = {
            "channel": channel,
            "clients": clients,
            "user_count": len({each.user_id for each in clients}),
        }
        return Response(PresenceOut(shown).data)


class HistoryView(OperatorView):
    """What was said."""

    operator_permission = "realtime.view_channel"
    query_parameters = tuple(HistoryQuery().fields)

    @extend_schema(
        summary="Show what was published on a channel",
        parameters=[HistoryQuery, _CHANNEL],
        responses=HistoryOut,
        extensions=raises(UnknownChannel),
    )
    def get(self, request: Request) -> Response:
        """Show messages in order of their numbers, as far as they are kept."""
        asked = _valid(HistoryQuery(data=request.query_params))
        channel = asked["channel"]
        parsed(channel)
        found = selectors.history(
            channel,
            since=_place(channel, asked.get("since_offset")),
            limit=asked["count"],
            newest_first=asked["newest_first"],
        )
        shown = {
            "channel": channel,
            "epoch": found.position.epoch,
            "offset": found.position.offset,
            "publications": found.publications,
        }
        return Response(HistoryOut(shown).data)


class EventStreamView(ApiView):
    """Where the plain event stream is."""

    permission_classes = (SignedIn,)
    query_parameters = ("room",)

    @extend_schema(
        summary="Stream events as they happen",
        parameters=[
            OpenApiParameter(
                "room",
                OpenApiTypes.STR,
                many=True,
                description="Rooms besides the user's own channel, such as `building:<id>`.",
            ),
            OpenApiParameter(
                "Last-Event-ID",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The last id seen: what came after it is sent first. Where that is no "
                "longer kept, the event `resync_required` says so.",
            ),
        ],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR,
                description="From the realtime process, for as long as the client listens.",
                examples=[OpenApiExample("stream", value=examples.STREAM)],
            )
        },
        extensions=raises(ServedElsewhere),
    )
    def get(self, request: Request) -> Response:
        """Listen to the user's own channel and to rooms, as server-sent events.

        Answered by the realtime process; any other says where that is.
        """
        raise ServedElsewhere(
            f"Ask {settings.REALTIME_URL}{request.path}, where the realtime process answers."
        )


def _valid(serializer: "Serializer[Any]") -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _published(channels: list[str], data: Mapping[str, Any]) -> Response:
    publisher_id = UUID(current().actor)
    event_id = services.publish_message(channels=channels, data=data, publisher_id=publisher_id)
    return Response({"event_id": event_id}, status=202)


def _place(channel: str, offset: int | None) -> Position | None:
    """Return the place in the present life of a channel; None for its beginning or end."""
    if offset is None:
        return None
    return Position(offset=offset, epoch=selectors.positions([channel])[channel].epoch)
