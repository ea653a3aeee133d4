"""The bytes of a direct upload, where the storage has no URLs to send them to."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from apps.api.conditional_operations import WITHOUT_IF_MATCH
from apps.api.permissions import Anyone
from apps.api.schema import raises
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView
from apps.files import services
from apps.files.api import examples, tus_schema
from apps.files.api.cross_origin import let_pages_read
from apps.files.bodies import body_of
from apps.files.errors import BadSignature, TooLarge, TooManyBodies, UploadIncomplete
from apps.files.intake import intake
from apps.kernel.errors import Invalid

_PARAMETERS = ("upload", "expires", "signature")


class BytesView(ApiView):
    """Writes what a signed URL is for, whoever has it; all of it or nothing."""

    permission_classes = (Anyone,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "upload_chunks"
    http_method_names = ["put", "options"]
    query_parameters = _PARAMETERS

    @override
    def check_headers(self, request: Request) -> None:
        if not self._is_signed(request):
            super().check_headers(request)

    @override
    def check_body(self, request: Request) -> None:
        if not self._is_signed(request):
            super().check_body(request)

    @override
    def guard_writing(self, request: Request) -> None:
        """Leave repeats to the storage: a second write replaces the first."""

    @extend_schema(
        summary="Send the bytes of a direct upload",
        description="What `direct/` answers where the storage has no URLs of its own.",
        operation_id="files_upload_bytes",
        request={"application/octet-stream": OpenApiRequest(bytes, examples=[examples.content])},
        parameters=[
            *(OpenApiParameter(name, OpenApiTypes.STR, required=True) for name in _PARAMETERS),
            tus_schema.RETRY_AFTER,
        ],
        responses={204: None},
        extensions={
            **raises(BadSignature, TooLarge, UploadIncomplete, TooManyBodies),
            **WITHOUT_IF_MATCH,
        },
    )
    def put(self, request: Request) -> Response:
        """Take all bytes."""
        upload_id = self._upload_id(request)
        body = body_of(request.META)
        with intake.one_more():
            services.receive_direct(
                upload_id,
                body,
                expires=request.query_params.get("expires", ""),
                signature=request.query_params.get("signature", ""),
            )
        return Response(status=204)

    @override
    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Answer a browser's preflight."""
        return Response(status=204)

    @override
    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        let_pages_read(response, request)
        return response

    def _is_signed(self, request: Request) -> bool:
        return "signature" in request.query_params

    def _upload_id(self, request: Request) -> UUID:
        try:
            return UUID(request.query_params["upload"])
        except (KeyError, ValueError):
            raise Invalid.naming(("upload", "The URL names no upload.")) from None
