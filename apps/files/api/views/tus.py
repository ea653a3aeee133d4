"""What views of tus have in common: one URL speaks tus to its clients, and REST to everybody else.

A request that says ``Tus-Resumable: 1.0.0`` is tus: its body is not looked at before the view
reads it. Any other is held to all rules of the API, and may read.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from typing_extensions import override

from apps.api.errors import UnsupportedMediaType
from apps.api.permissions import Anyone, SignedIn
from apps.api.throttles import AnonymousThrottle, ScopedThrottle
from apps.api.views import ResourceViewSet
from apps.files import tus
from apps.files.api import tus_schema
from apps.files.api.cross_origin import let_pages_read
from apps.files.errors import TusVersionNotSupported
from apps.files.models import Upload
from apps.files.open_uploads import uploads_of
from apps.files.purposes import largest_limit
from apps.files.types import Concatenation, UploadState


class TusViewSet(ResourceViewSet[Upload]):
    """Uploads of the one who asks; others' are not there."""

    permission_classes = (SignedIn,)
    throttle_classes: Sequence[type[BaseThrottle]] = (ScopedThrottle, AnonymousThrottle)
    throttle_scope = "upload_chunks"
    http_method_names = ["get", "head", "post", "patch", "delete", "options"]

    @override
    def get_queryset(self) -> QuerySet[Upload]:
        return uploads_of(self.viewer_id)

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a POST as the method that it stands for."""
        if request.method == "POST":
            request.method = tus.overridden_method(request.META) or "POST"
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_permissions(self) -> Sequence[Any]:
        """Let everybody ask what is possible here: a browser's preflight carries no token."""
        if self.request.method == "OPTIONS":
            return [Anyone()]
        return super().get_permissions()

    @override
    def get_throttles(self) -> list[BaseThrottle]:
        if self.request.method == "OPTIONS":
            return [ScopedThrottle()]
        return list(super().get_throttles())

    @override
    def check_headers(self, request: Request) -> None:
        if not tus.is_spoken(request.META):
            super().check_headers(request)

    @override
    def check_body(self, request: Request) -> None:
        if not tus.is_spoken(request.META):
            super().check_body(request)

    @override
    def guard_writing(self, request: Request) -> None:
        """Leave repeats and races of bytes to tus: offsets see to both, and none wait in memory."""
        if not tus.is_spoken(request.META) or request.method == "DELETE":
            super().guard_writing(request)

    @override
    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Tus-Resumable"] = tus.VERSION
        if response.status_code == TusVersionNotSupported.status:
            response.headers["Tus-Version"] = tus.VERSION
        let_pages_read(response, request)
        return response

    def require_tus(self, request: Request) -> None:
        """Raise TusVersionNotSupported where the request is not tus."""
        if not tus.is_spoken(request.META):
            raise TusVersionNotSupported(f"Send Tus-Resumable: {tus.VERSION}.")

    def require_bytes(self, request: Request) -> None:
        """Raise UnsupportedMediaType where the body does not say that it is bytes of a file."""
        if request.META.get("CONTENT_TYPE", "").partition(";")[0].strip() != tus.CONTENT_TYPE:
            raise UnsupportedMediaType(f"Send the bytes as {tus.CONTENT_TYPE}.")

    @extend_schema(
        summary="Say what uploads can be (tus)",
        parameters=tus_schema.POSSIBLE,
        responses={204: tus_schema.DESCRIBED},
    )
    def metadata(self, request: Request, **__: Any) -> Response:
        """Say by headers what is possible here (OPTIONS); every address of uploads tells it."""
        return self.describe(request)

    def describe(self, _: Request, **__: Any) -> Response:
        """Say what is possible here, at an address that need not be documented for it."""
        return Response(
            status=204,
            headers={
                "Tus-Version": tus.VERSION,
                "Tus-Extension": tus.EXTENSIONS,
                "Tus-Max-Size": str(largest_limit()),
                "Tus-Checksum-Algorithm": tus.CHECKSUM_ALGORITHMS,
            },
        )


def location_of(request: Request, upload: Upload) -> str:
    """Return where the bytes of a new upload go: absolute, whatever proxies stand between."""
    version = request.path.removeprefix("/api/").partition("/")[0]
    return f"{settings.FILES_UPLOAD_URL}/api/{version}/uploads/{upload.public_id}/"


def headers_of(upload: Upload) -> dict[str, str]:
    """Return the headers that tell where an upload stands after a write."""
    headers = {"Upload-Offset": str(upload.offset_bytes)}
    if upload.state == UploadState.RECEIVING:
        headers["Upload-Expires"] = tus.expiry(upload.expires_at)
    return headers


def headers_of_head(upload: Upload) -> dict[str, str]:
    """Return all that a client needs to go on with an upload."""
    headers = {**headers_of(upload), "Cache-Control": "no-store"}
    if upload.length_bytes is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.length_bytes)
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    if upload.concatenation != Concatenation.NONE:
        headers["Upload-Concat"] = upload.made_of or upload.concatenation
    return headers
