"""Endpoints: mine, and one of mine."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
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

from apps.api.schema import raises
from apps.resilience.errors import ForbiddenAddress, UnusableUrl
from apps.webhooks import selectors, services
from apps.webhooks.api.serializers import (
    EndpointIn,
    EndpointOut,
    RegisteredEndpointOut,
    SecretOut,
)
from apps.webhooks.api.views.base import OfOwner
from apps.webhooks.errors import TooManyEndpoints, UnknownEventType
from apps.webhooks.models import Endpoint
from apps.webhooks.types import DisabledBy

_URL_ERRORS = (UnusableUrl, ForbiddenAddress)


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
