"""The bytes of a file: by a signed URL or by an access token, whole or in part."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotAcceptable
from rest_framework.request import Request
from typing_extensions import override

from apps.accounts.selectors import user_by_public_id
from apps.api.errors import InvalidParameter
from apps.api.etags import known_copy
from apps.api.schema import raises
from apps.api.throttles import ScopedThrottle
from apps.api.views import ApiView
from apps.cdn.services import cache_headers
from apps.cdn.types import ContentClass
from apps.files import selectors
from apps.files.api import examples
from apps.files.api.file_serializers import LONGEST_RENDITION
from apps.files.api.permissions import SIGNATURE, SignedInOrSigned
from apps.files.errors import BadSignature, NotReady, NotServed, RangeNotSatisfiable
from apps.files.metrics import GIVEN
from apps.files.ranges import Span, Unsatisfiable, asked_span
from apps.files.services.reading import read_content
from apps.files.services.signing import granted
from apps.files.serving import content_disposition
from apps.files.storages import storage_named
from apps.files.types import Content, Disposition

# For a client that follows a redirect at once, over whatever network.
STORAGE_URL_SECONDS = 300
# Nothing in a file runs, loads or frames anything, whatever it is taken for.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_RENDITION = OpenApiParameter(
    "rendition",
    {"type": "string", "maxLength": LONGEST_RENDITION},
    description="`300`, `300.jpeg`; without it the file itself, of a picture `full`.",
)
_DISPOSITION = OpenApiParameter(
    "disposition",
    {"type": "string", "enum": [*map(str, Disposition), ""]},
    description="`inline` holds only where type and purpose allow it.",
)
_OF_URL = [
    OpenApiParameter(name, {"type": "string"}, description="Of a signed URL; never made by hand.")
    for name in ("user", "expires", SIGNATURE)
]
_BYTES = {
    (200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, examples=[examples.content]),
    (206, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, examples=[examples.piece]),
}
_REDIRECTED = {302: OpenApiResponse(description="The storage gives it, at this address.")}
_LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI,
    OpenApiParameter.HEADER,
    description="Good for minutes.",
    response=[302],
)
_CONTENT_RANGE = OpenApiParameter(
    "Content-Range",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Which bytes of how many these are (RFC 9110 section 14.4).",
    response=[206, 416],
)


class ContentView(ApiView):
    """A file's bytes. Each request is looked at anew, also one with a URL that was good before."""

    permission_classes = (SignedInOrSigned,)
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "file_content"
    query_parameters = ("rendition", "disposition", "user", "expires", SIGNATURE)

    @override
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any Accept header of a sane length: who asks for a picture names no JSON."""
        try:
            return super().perform_content_negotiation(request, force=force)
        except NotAcceptable:
            return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="files_content",
        summary="Give the bytes of a file",
        parameters=[_RENDITION, _DISPOSITION, *_OF_URL, _LOCATION, _CONTENT_RANGE],
        responses={**_BYTES, **_REDIRECTED},
        extensions=raises(BadSignature, NotReady, NotServed, RangeNotSatisfiable),
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002  the path's name
        """Give them whole or in part (`Range`), or say 304 to who has them (`If-None-Match`).

        Pictures come without what their camera knew of place and person. The answer may be a
        redirect to the storage; do not send the access token there.
        """
        content, disposition = self._asked_for(request, id)
        headers = _headers(content, disposition)
        if_none_match = request.META.get("HTTP_IF_NONE_MATCH")
        if if_none_match and known_copy(if_none_match, headers["ETag"], codings=()):
            return HttpResponse(status=304, headers=headers)
        return _given(request, content, disposition, headers)

    def _asked_for(self, request: Request, file_id: UUID) -> tuple[Content, Disposition]:
        """Return what is to be given and how; raises what speaks against it."""
        if SIGNATURE in request.query_params:
            viewer_id, rendition, asked = _by_url(request, file_id)
        else:
            viewer_id, rendition, asked = _by_token(request)
        file = selectors.readable_file(file_id, user_id=viewer_id)
        content = selectors.served(file, rendition=rendition or None)
        return content, content.given_as(asked)


def _by_url(request: Request, file_id: UUID) -> tuple[int, str, Disposition | None]:
    """Return in whose name a signed URL asks, and for what; raises BadSignature."""
    grant = granted(file_id, path=request.path, query=request.META["QUERY_STRING"])
    if request.user.is_authenticated and request.user.public_id != grant.user_id:
        raise BadSignature("The URL was made for somebody else.")
    user = user_by_public_id(grant.user_id)
    if user is None or not user.is_active:
        raise BadSignature
    return user.id, grant.rendition, grant.disposition


def _by_token(request: Request) -> tuple[int, str, Disposition | None]:
    """Return who asks, and for what; raises InvalidParameter."""
    assert request.user.pk is not None, "The permission admits no stranger without a signature."
    asked = request.query_params.get("disposition", "")
    if asked not in {"", *Disposition}:
        raise InvalidParameter.naming(("disposition", "Expected inline or attachment."))
    rendition = request.query_params.get("rendition", "")
    if len(rendition) > LONGEST_RENDITION:
        raise InvalidParameter.naming(("rendition", "No rendition has so long a name."))
    return request.user.pk, rendition, Disposition(asked) if asked else None


def _headers(content: Content, disposition: Disposition) -> dict[str, str]:
    return {
        **_SAFE,
        **cache_headers(ContentClass.PRIVATE, has_credentials=True),
        "ETag": f'"{content.etag}"',
        "Accept-Ranges": "bytes",
        "Content-Type": content.content_type,
        "Content-Disposition": content_disposition(disposition, content.name),
    }


def _given(
    request: Request, content: Content, disposition: Disposition, headers: dict[str, str]
) -> HttpResponseBase:
    """Return the bytes by the shortest way there is: the proxy, the storage, or this process."""
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": str(content.size_bytes)})
    storage = storage_named(content.storage)
    path = storage.local_path(content.object_name)
    if path and settings.X_ACCEL_REDIRECT:
        GIVEN.labels("proxy").inc()
        # It knows ranges itself, and keeps these headers.
        location = f"/_files/{path.relative_to(settings.FILES_ROOT).as_posix()}"
        return HttpResponse(headers={**headers, "X-Accel-Redirect": location})
    url = None if path else _storage_url(content, disposition)
    if url:
        GIVEN.labels("storage").inc()
        return HttpResponseRedirect(url, headers={"Cache-Control": "no-store"})
    GIVEN.labels("here").inc()
    return _streamed(content, _span(request, content, headers["ETag"]), headers)


def _storage_url(content: Content, disposition: Disposition) -> str | None:
    return storage_named(content.storage).signed_get(
        content.object_name,
        seconds=STORAGE_URL_SECONDS,
        content_type=content.content_type,
        disposition=content_disposition(disposition, content.name),
    )


def _span(request: Request, content: Content, etag: str) -> Span | None:
    """Return the piece to give, None for the whole; raises RangeNotSatisfiable."""
    asked = request.META.get("HTTP_RANGE", "")
    # A piece of another version of it would spoil what the client has. A date names none.
    if not asked or request.META.get("HTTP_IF_RANGE", etag).strip() != etag:
        return None
    try:
        return asked_span(asked, size_bytes=content.size_bytes)
    except Unsatisfiable:
        raise RangeNotSatisfiable(
            headers={"Content-Range": f"bytes */{content.size_bytes}"}
        ) from None


def _streamed(content: Content, span: Span | None, headers: dict[str, str]) -> HttpResponseBase:
    piece = span or Span(0, content.size_bytes)
    if span:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{content.size_bytes}"
    return StreamingHttpResponse(
        read_content(content, piece.start, piece.end),
        status=206 if span else 200,
        headers={**headers, "Content-Length": str(piece.size_bytes)},
    )
