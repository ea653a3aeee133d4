"""What the views of all protocols have in common: who asks, on which device, how often."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from typing_extensions import override

from apps.accounts.selectors import installation_of
from apps.api.permissions import SignedIn
from apps.api.renderers import OrjsonRenderer
from apps.api.throttles import AnonymousThrottle, ScopedThrottle
from apps.api.views import ApiView
from apps.sync.api.parsers import KindParser
from apps.sync.services import known_state
from apps.sync.types import Caller


class SyncView(ApiView):
    """A view of one device of the one who asks."""

    permission_classes = (SignedIn,)
    # Devices that come back after weeks ask for page after page, and take nothing from screens.
    throttle_classes: Sequence[type[BaseThrottle]] = (ScopedThrottle, AnonymousThrottle)
    throttle_scope = "sync"
    parser_classes = (KindParser,)
    renderer_classes = (OrjsonRenderer,)
    # What the query string may hold.
    query_serializer: type[BaseSerializer[Any]] | None = None

    @override
    def known_query_parameters(self) -> Sequence[str]:
        # Not of an instance: making one copies every field.
        return tuple(getattr(self.query_serializer, "_declared_fields", ()))

    def asked(self, request: Request) -> dict[str, Any]:
        """Return what the query string says; raises ValidationError."""
        assert self.query_serializer is not None
        serializer = self.query_serializer(data=request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def caller(
        self, request: Request, told: Mapping[str, Any], *, checkpoint: int | None = None
    ) -> Caller:
        """Return who syncs, on the device that the client names, or else on its session's."""
        user: Any = request.user
        return known_state(
            user_id=user.pk,
            user_public_id=user.public_id,
            installation_id=told.get("device") or _device_of(request),
            schema_version=told["schema_version"],
            app_version=told["app_version"],
            pending_operations=told["pending"],
            client_now_ms=told["client_now"],
            checkpoint=checkpoint,
        )


def json_response(document: bytes) -> HttpResponse:
    """Return a body that is JSON already."""
    return HttpResponse(document, content_type="application/json")


def _device_of(request: Request) -> str:
    session_id: Any = request.auth
    return installation_of(session_id) or f"session:{session_id}"
