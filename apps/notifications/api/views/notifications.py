"""Notifications: sending them, how far they have come, and why somebody got one or not."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.errors import IdempotencyKeyReused, InvalidParameter
from apps.api.schema import raises
from apps.api.views import ResourceViewSet
from apps.notifications import selectors, services
from apps.notifications.api.notification_serializers import (
    ExplanationOut,
    NotificationIn,
    NotificationOut,
)
from apps.notifications.api.permissions import Sends
from apps.notifications.errors import (
    AlreadySent,
    ContentTooLarge,
    MissingVariables,
    TemplateRefused,
    UnknownCategory,
    UnknownRecipient,
    UnknownSegment,
    UnknownTemplate,
)
from apps.notifications.models import Notification

_SOMEBODY = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"


@extend_schema_view(
    list=extend_schema(summary="List notifications"),
    retrieve=extend_schema(summary="Show how far a notification has come"),
)
class NotificationViewSet(ListModelMixin, RetrieveModelMixin, ResourceViewSet[Notification]):
    """For operators, and servers that sign in with an account of their own."""

    permission_classes = (Sends,)
    operator_permission = "notifications.send_notification"
    input_serializer = NotificationIn
    output_serializer = NotificationOut

    @override
    def get_queryset(self) -> QuerySet[Notification]:
        return selectors.notifications()

    @extend_schema(
        summary="Send a notification",
        responses={200: NotificationOut, 201: NotificationOut},
        extensions=raises(
            *(UnknownCategory, UnknownTemplate, UnknownRecipient, UnknownSegment),
            *(MissingVariables, TemplateRefused, ContentTooLarge, IdempotencyKeyReused),
        ),
    )
    def create(self, request: Request) -> Response:
        """Write it down; who is sent it, and by which ways, is decided right afterwards.

        200 with the former one where you have used the key for it already.
        """
        sender = request.user
        assert sender.is_authenticated, "The permission admits nobody else."
        sent = services.send_notification(
            sender=f"user:{sender.public_id}", **self.read_input(request)
        )
        row = self.get_queryset().get(public_id=sent.notification_id)
        return self.show(row, status=201 if sent.is_new else 200)

    @extend_schema(summary="Cancel a notification", request=None, extensions=raises(AlreadySent))
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send it to nobody who has not been sent it."""
        services.cancel_notification(notification_id=id)
        return self.show(self.get_object())

    @extend_schema(
        summary="Explain why somebody got a notification or not",
        parameters=[
            OpenApiParameter(
                "user",
                {"type": "string", "format": "uuid"},
                required=True,
                description="Whom it is about.",
                examples=[OpenApiExample("example", value=_SOMEBODY)],
            )
        ],
    )
    @action(
        detail=True,
        methods=["get"],
        output_serializer=ExplanationOut,
        query_parameters=("user",),
    )
    def explain(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Show what each step ruled, what went to which device, and what the provider answered."""
        explained = selectors.explanation(notification_id=id, user_id=_user_in(request))
        return Response(ExplanationOut(explained).data)


def _user_in(request: Request) -> UUID:
    try:
        return UUID(request.query_params.get("user", ""))
    except ValueError:
        detail = "Name the user by an id, such as ?user=" + _SOMEBODY
        raise InvalidParameter.naming(("user", detail)) from None
