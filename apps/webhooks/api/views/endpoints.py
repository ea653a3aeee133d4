"""Endpoints: mine, and one of mine."""

from datetime import timedelta
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
from apps.api.throttles import ScopedThrottle
from apps.resilience.errors import ForbiddenAddress, UnusableUrl
from apps.webhooks import selectors, services
from apps.webhooks.api.serializers import (
    EndpointIn,
    EndpointOut,
    RegisteredEndpointOut,
    RotationIn,
    SecretOut,
    TrialIn,
    TrialOut,
)
from apps.webhooks.api.views.base import OfOwner
from apps.webhooks.api.views.repairs import RepairsOfEndpoint
from apps.webhooks.errors import (
    EndpointIsDisabled,
    TooManyEndpoints,
    TooManySecrets,
    UnknownEventType,
    UnusableHeaders,
)
from apps.webhooks.models import Endpoint
from apps.webhooks.types import DisabledBy

_URL_ERRORS = (UnusableUrl, ForbiddenAddress)


@extend_schema_view(
    list=extend_schema(summary="List my webhook endpoints"),
    retrieve=extend_schema(summary="Show a webhook endpoint"),
    partial_update=extend_schema(
        summary="Change a webhook endpoint",
        extensions=raises(*_URL_ERRORS, UnknownEventType, UnusableHeaders),
    ),
    destroy=extend_schema(summary="Delete a webhook endpoint with its deliveries"),
)
class EndpointViewSet(
    ListModelMixin,
    RetrieveModelMixin,
    UpdateModelMixin,
    DestroyModelMixin,
    RepairsOfEndpoint,
):
    """The endpoints of the one who asks."""

    input_serializer = EndpointIn
    output_serializer = EndpointOut
    # Only for the actions that name it in their decorator.
    throttle_scope: str | None = None

    @override
    def get_queryset(self) -> QuerySet[Endpoint]:
        return selectors.endpoints_of(user_id=self.viewer_id)

    @override
    def output_class(self) -> type[BaseSerializer[Any]]:
        return RegisteredEndpointOut if self.action == "create" else super().output_class()

    @extend_schema(
        summary="Register a webhook endpoint",
        extensions=raises(*_URL_ERRORS, UnknownEventType, UnusableHeaders, TooManyEndpoints),
    )
    def create(self, request: Request) -> Response:
        """Answer with the secret that the receiver verifies signatures with."""
        endpoint_id = services.register_endpoint(
            owner_id=self.viewer_id, **self.read_input(request)
        )
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

    @extend_schema(
        summary="Replace the secret of a webhook endpoint", extensions=raises(TooManySecrets)
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="rotate-secret",
        input_serializer=RotationIn,
        output_serializer=SecretOut,
    )
    def rotate_secret(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Answer with the new secret; former ones sign beside it until the grace is over."""
        self.get_object()
        grace = timedelta(hours=self.read_input(request)["grace_hours"])
        secret = {"secret": services.rotate_secret(endpoint_id=id, grace=grace)}
        return Response(secret, headers={"Cache-Control": "no-store"})

    @extend_schema(
        summary="Send a test event to a webhook endpoint",
        responses={202: TrialOut},
        extensions=raises(UnknownEventType, EndpointIsDisabled),
    )
    @action(
        detail=True,
        methods=["post"],
        throttle_classes=(*OfOwner.throttle_classes, ScopedThrottle),
        throttle_scope="webhook_tests",
        input_serializer=TrialIn,
        output_serializer=TrialOut,
    )
    def test(self, request: Request, id: UUID) -> Response:  # noqa: A002  the path's name
        """Send it by the way of all events, as type `webhooks.test`; the delivery tells more."""
        self.get_object()
        delivery_id = services.send_test_event(endpoint_id=id, **self.read_input(request))
        return Response({"delivery": delivery_id}, status=202)
