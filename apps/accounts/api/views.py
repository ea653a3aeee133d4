"""Identity over HTTP: me, my devices, my sessions. Signing in is in `flow_views`."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.accounts import services
from apps.accounts.api import examples
from apps.accounts.api.serializers import (
    DeviceChangesIn,
    DeviceIn,
    DeviceOut,
    MeIn,
    MeOut,
    PasswordIn,
    SessionOut,
    StrengthOut,
)
from apps.accounts.models import Device, Session, User
from apps.accounts.password_strength import strength_of
from apps.accounts.selectors import devices_of, live_sessions_of
from apps.accounts.types import EndReason
from apps.api.permissions import Anyone, SignedIn
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView, ResourceViewSet


class MeView(ApiView):
    """The one who asks."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="Show me", responses=MeOut, examples=[examples.ME])
    def get(self, request: Request) -> Response:
        """Return who asks, read anew: authentication may remember half a second ago."""
        return self._shown(request)

    @extend_schema(
        summary="Change what I tell of myself",
        request=MeIn,
        responses=MeOut,
        examples=[examples.ME, examples.ME_CHANGED],
    )
    def patch(self, request: Request) -> Response:
        """Change name, locale or time zone; everything else is refused."""
        serializer = MeIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.update_user(user_id=_me(request).pk, **serializer.validated_data)
        return self._shown(request)

    def _shown(self, request: Request) -> Response:
        return Response(MeOut(User.objects.get(pk=_me(request).pk)).data)


class PasswordStrengthView(ApiView):
    """How strong a password would be."""

    permission_classes = (Anyone,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "auth"

    @extend_schema(
        summary="Rate a password before it is chosen",
        request=PasswordIn,
        responses=StrengthOut,
        examples=[examples.PASSWORD_RATED, examples.STRENGTH],
    )
    def post(self, request: Request) -> Response:
        """Score the first 72 characters, and name the rules of the policy it breaks.

        Nothing is kept. Send the address and name of the account too, which it must not resemble.
        """
        serializer = PasswordIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(StrengthOut(strength_of(**serializer.validated_data)).data)


class SignOutView(ApiView):
    """The end of the session in use."""

    permission_classes = (SignedIn,)

    @extend_schema(summary="Sign out", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this session: its tokens stop working everywhere in less than a second."""
        services.end_session(session_id=_session_id(request), reason=EndReason.SIGNED_OUT)
        return Response(status=204)


@extend_schema_view(
    list=extend_schema(summary="List my devices", examples=[examples.DEVICE]),
    retrieve=extend_schema(summary="Show one of my devices", examples=[examples.DEVICE]),
    destroy=extend_schema(summary="Remove a device and end its sessions"),
)
class DeviceViewSet(RetrieveModelMixin, ListModelMixin, DestroyModelMixin, ResourceViewSet[Device]):
    """The devices on which the user has the app."""

    permission_classes = (SignedIn,)
    input_serializer = DeviceIn
    update_serializer = DeviceChangesIn
    output_serializer = DeviceOut

    @override
    def get_queryset(self) -> QuerySet[Device]:
        """Devices of the one who asks."""
        return devices_of(user_id=_me(self.request).pk)

    @extend_schema(
        summary="Register the device the app runs on",
        request=DeviceIn,
        responses={200: DeviceOut, 201: DeviceOut},
        examples=[examples.DEVICE, examples.DEVICE_REGISTERED],
    )
    def create(self, request: Request) -> Response:
        """Register a device and bind this session to it; 200 if it was known already."""
        serializer = DeviceIn(data=request.data)
        serializer.is_valid(raise_exception=True)
        registered = services.register_device(
            user_id=_me(request).pk,
            installation_id=serializer.validated_data["installation_id"],
            details=serializer.details(),
            session_id=_session_id(request),
        )
        device = self.get_queryset().get(public_id=registered.device_id)
        return self.show(device, status=201 if registered.is_new else 200)

    @extend_schema(
        summary="Update what is known of a device",
        request=DeviceChangesIn,
        responses=DeviceOut,
        examples=[examples.DEVICE, examples.DEVICE_UPDATED],
    )
    def partial_update(self, request: Request, **_: object) -> Response:
        """Take over what the app says now."""
        device = self.get_object()
        services.update_device(device_id=device.public_id, **self.read_input(request))
        device.refresh_from_db()
        return self.show(device)

    @override
    def perform_destroy(self, instance: Device) -> None:
        """Remove the device by the service that ends its sessions."""
        services.remove_device(device_id=instance.public_id)


@extend_schema_view(
    list=extend_schema(
        summary="List my sessions, each with its device", examples=[examples.SESSION]
    ),
    destroy=extend_schema(summary="End one of my sessions"),
)
class SessionViewSet(ListModelMixin, DestroyModelMixin, ResourceViewSet[Session]):
    """Where the user is signed in."""

    permission_classes = (SignedIn,)
    output_serializer = SessionOut

    @override
    def get_queryset(self) -> QuerySet[Session]:
        """Sessions of the one who asks that have not ended."""
        return live_sessions_of(user_id=_me(self.request).pk)

    @override
    def perform_destroy(self, instance: Session) -> None:
        """End the session by the service that revokes its tokens."""
        services.end_session(session_id=instance.public_id, reason=EndReason.REVOKED)


def _me(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _session_id(request: Request) -> UUID:
    assert isinstance(request.auth, UUID)
    return request.auth
