"""Registrations: where I can be reached by push, and by which key a browser subscribes."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.permissions import SignedIn
from apps.api.schema import raises
from apps.api.views import ApiView
from apps.kernel.errors import NotFound
from apps.notifications import selectors, services
from apps.notifications.api.device_serializers import (
    RegistrationIn,
    RegistrationOut,
    WebPushKeyOut,
)
from apps.notifications.api.views.base import OfPerson
from apps.notifications.errors import RegistrationRefused
from apps.notifications.models import Registration
from apps.resilience.errors import ForbiddenAddress, UnusableUrl


@extend_schema_view(
    list=extend_schema(summary="List the devices that I am sent pushes on"),
    retrieve=extend_schema(summary="Show a device that I am sent pushes on"),
    destroy=extend_schema(summary="Send no pushes to a device any more"),
)
class RegistrationViewSet(
    RetrieveModelMixin, ListModelMixin, DestroyModelMixin, OfPerson[Registration]
):
    """Where the one who asks can be reached by push now."""

    input_serializer = RegistrationIn
    output_serializer = RegistrationOut

    @override
    def get_queryset(self) -> QuerySet[Registration]:
        return selectors.devices_of(user_id=self.viewer_id)

    @extend_schema(
        summary="Register a device for pushes",
        responses={200: RegistrationOut, 201: RegistrationOut},
        extensions=raises(RegistrationRefused, UnusableUrl, ForbiddenAddress),
    )
    def create(self, request: Request) -> Response:
        """Reach this device by push, until its session ends; 200 if that was so already.

        Apps say it at every start and whenever their push service gives them another token. A
        token that was another user's is theirs no more.
        """
        serializer = RegistrationIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        registered = services.register_device(
            user_id=self.viewer_id,
            address=serializer.address(),
            device_id=told["device"],
            session_id=request.auth if isinstance(request.auth, UUID) else None,
            locale=told.get("locale", ""),
        )
        row = self.get_queryset().get(public_id=registered.registration_id)
        return self.show(row, status=201 if registered.is_new else 200)

    @override
    def perform_destroy(self, instance: Registration) -> None:
        services.retire_registration(registration_id=instance.public_id)


class WebPushKeyView(ApiView):
    """The key that browsers subscribe with."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="Show the key to subscribe to Web Push with", responses=WebPushKeyOut)
    def get(self, request: Request) -> Response:
        """Show the `applicationServerKey` for `PushManager.subscribe` (RFC 8292).

        404 where Web Push is not set up.
        """
        account = selectors.web_push_keys().first()
        if account is None:
            raise NotFound("Web Push is not set up.")
        shown = {"account": account.name, "public_key": account.config.get("public_key", "")}
        return Response(WebPushKeyOut(shown).data)
