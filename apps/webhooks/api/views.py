"""Webhooks over HTTP: my endpoints, what was delivered to them, and what can be subscribed to."""

import inspect
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import (
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ApiView, ResourceViewSet
from apps.events.types import Event, event_types, payload_fields
from apps.resilience.errors import ForbiddenAddress, UnusableUrl
from apps.webhooks import selectors, services
from apps.webhooks.api.filters import DeliveryFilters
from apps.webhooks.api.serializers import (
    DeliveryInFullOut,
    DeliveryOut,
    EndpointIn,
    EndpointOut,
    EventTypeListOut,
    RegisteredEndpointOut,
    SecretOut,
)
from apps.webhooks.errors import (
    DeliveryUnderWay,
    EndpointIsDisabled,
    TooManyEndpoints,
    UnknownEventType,
)
from apps.webhooks.models import Delivery, Endpoint
from apps.webhooks.types import DisabledBy

Row = TypeVar("Row", bound=Model)

_URL_ERRORS = (UnusableUrl, ForbiddenAddress)


class OfOwner(ResourceViewSet[Row]):
    """A viewset of rows of the one who asks; whatever belongs to others is not there."""

    permission_classes = (SignedIn,)
    lookup_value_converter = "uuid"

    @property
    def owner_id(self) -> int:
        """The internal id of the one who asks."""
        user_id = self.request.user.pk
        assert user_id is not None, "The permissions admit nobody who is not signed in."
        return user_id

    def reread(self, row_id: UUID) -> Row:
        """Return a row that was just written."""
        return self.get_queryset().get(**{self.lookup_field: row_id})


@extend_schema_view(
    list=extend_schema(summary="List my webhook endpoints"),
    retrieve=extend_schema(summary="Show a webhook endpoint"),
    partial_update=extend_schema(
        summary="Change a webhook endpoint", extensions=raises(*_URL_ERRORS, UnknownEventType)
    ),
    destroy=extend_schema(summary="Delete a webhook endpoint with its deliveries"),
)
class EndpointViewSet(
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
    DestroyModelMixin,
    OfOwner[Endpoint],
):
    """The endpoints of the one who asks."""

    input_serializer = EndpointIn
    output_serializer = EndpointOut

    @override
    def get_queryset(self) -> QuerySet[Endpoint]:
        return selectors.endpoints_of(user_id=self.owner_id)

    @override
    def output_class(self) -> type[BaseSerializer[Any]]:
        return RegisteredEndpointOut if self.action == "create" else super().output_class()

    @extend_schema(
        summary="Register a webhook endpoint",
        extensions=raises(*_URL_ERRORS, UnknownEventType, TooManyEndpoints),
    )
    def create(self, request: Request) -> Response:
        """Answer with the secret that the receiver verifies signatures with."""
        endpoint_id = services.register_endpoint(owner_id=self.owner_id, **self.read_input(request))
        return self.show(self.reread(endpoint_id), status=201)

    @override
    def perform_update(self, serializer: BaseSerializer[Endpoint]) -> None:
        endpoint_id = self.kwargs["id"]
        services.update_endpoint(endpoint_id=endpoint_id, **serializer.validated_data)
        serializer.instance = self.reread(endpoint_id)

    @override
    def perform_destroy(self, instance: Endpoint) -> None:
        services.delete_endpoint(endpoint_id=instance.public_id)

    @extend_schema(summary="Send nothing more to a webhook endpoint", request=None)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Cancel what is pending as well."""
        self.get_object()
        services.disable_endpoint(endpoint_id=id, by=DisabledBy.OWNER)
        return self.show(self.reread(id))

    @extend_schema(summary="Send events to a webhook endpoint again", request=None)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Begin with the events from now on."""
        self.get_object()
        services.enable_endpoint(endpoint_id=id)
        return self.show(self.reread(id))

    @extend_schema(summary="Show the secret of a webhook endpoint")
    @action(detail=True, methods=["get"], output_serializer=SecretOut)
    def secret(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Show it to the owner and to nobody else."""
        self.get_object()
        secret = {"secret": selectors.secret_of(endpoint_id=id)}
        return Response(secret, headers={"Cache-Control": "no-store"})


@extend_schema_view(list=extend_schema(summary="List deliveries to my webhook endpoints"))
class DeliveryViewSet(ListModelMixin, RetrieveModelMixin, OfOwner[Delivery]):
    """What was, is being or could not be delivered to the endpoints of the one who asks."""

    output_serializer = DeliveryOut
    filterset_class = DeliveryFilters

    @override
    def get_queryset(self) -> QuerySet[Delivery]:
        deliveries = selectors.deliveries_of(user_id=self.owner_id)
        if self.action == "retrieve":
            return selectors.with_attempts(deliveries)
        return deliveries.defer("message__body")

    @override
    def output_class(self) -> type[BaseSerializer[Any]]:
        return DeliveryInFullOut if self.action == "retrieve" else super().output_class()

    @extend_schema(summary="Show a delivery with its attempts")
    @override
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show the body and the latest attempts too."""
        return super().retrieve(request, *args, **kwargs)

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
