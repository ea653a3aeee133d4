"""Deliveries: what was, is being or could not be sent to my endpoints."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.schema import raises
from apps.webhooks import selectors, services
from apps.webhooks.api.filters import DeliveryFilters
from apps.webhooks.api.repairs import AttemptListOut
from apps.webhooks.api.serializers import DeliveryInFullOut, DeliveryOut
from apps.webhooks.api.views.base import OfOwner
from apps.webhooks.errors import DeliveryUnderWay, EndpointIsDisabled
from apps.webhooks.models import Delivery


@extend_schema_view(list=extend_schema(summary="List deliveries to my webhook endpoints"))
class DeliveryViewSet(ListModelMixin, RetrieveModelMixin, OfOwner[Delivery]):
    """What was, is being or could not be delivered to the endpoints of the one who asks."""

    output_serializer = DeliveryOut
    filterset_class = DeliveryFilters

    @override
    def get_queryset(self) -> QuerySet[Delivery]:
        deliveries = selectors.deliveries_of(user_id=self.viewer_id)
        if self.action == "retrieve":
            return selectors.with_attempts(deliveries)
        return selectors.without_bodies(deliveries)

    @override
    def output_class(self) -> type[BaseSerializer[Any]]:
        return DeliveryInFullOut if self.action == "retrieve" else super().output_class()

    @extend_schema(summary="Show a delivery with its attempts")
    @override
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show the body and the latest attempts too."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="List the attempts of a delivery", responses=AttemptListOut)
    @action(detail=True, methods=["get"])
    def attempts(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Show where the time of each went, what was sent and answered, and what follows why."""
        delivery = self.get_object()
        latest = selectors.attempts_of(delivery)[: selectors.ATTEMPTS_SHOWN]
        shown = {"items": latest, "next_attempt_at": delivery.next_attempt_at}
        return Response(AttemptListOut(shown).data)

    @extend_schema(
        summary="Send a delivery again",
        request=None,
        extensions=raises(DeliveryUnderWay, EndpointIsDisabled),
    )
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send it under the same webhook-id, with a full round of retries."""
        self.get_object()
        services.resend_delivery(delivery_id=id)
        return self.show(self.reread(id))
