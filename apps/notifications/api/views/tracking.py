"""Tracking: the app tells what arrived on its device, and what was opened there."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.notifications import selectors, services
from apps.notifications.api.views.base import OfPerson
from apps.notifications.models import Delivery


class DeliveryViewSet(OfPerson[Delivery]):
    """What the one who asks was sent; a push names its delivery as ``delivery_id``."""

    @override
    def get_queryset(self) -> QuerySet[Delivery]:
        return selectors.deliveries_of(user_id=self.viewer_id)

    @extend_schema(
        summary="Tell that a notification has arrived", request=None, responses={204: None}
    )
    @action(detail=True, methods=["post"])
    def delivered(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Note that it has arrived on a device; told again, it changes nothing."""
        services.report_delivered(user_id=self.viewer_id, delivery_id=id)
        return Response(status=204)

    @extend_schema(
        summary="Tell that a notification was opened", request=None, responses={204: None}
    )
    @action(detail=True, methods=["post"])
    def opened(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Note that it was opened, and so has arrived; told again, it changes nothing."""
        services.report_opened(user_id=self.viewer_id, delivery_id=id)
        return Response(status=204)
