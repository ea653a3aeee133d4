"""CORS of uploads (Fetch standard): pages of allowed sites may send bytes from a browser."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

from apps.api.origins import is_among

_EXPOSED = (
    "Location, Upload-Offset, Upload-Length, Upload-Defer-Length, Upload-Expires, Upload-Metadata, "
    "Upload-Concat, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, "
    "Tus-Checksum-Algorithm, Retry-After, X-Request-ID"
)
_METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"
_HEADERS = (
    "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Defer-Length, "
    "Upload-Offset, Upload-Metadata, Upload-Concat, Upload-Checksum, X-HTTP-Method-Override, "
    "X-Requested-With, X-Request-ID, Idempotency-Key"
)
# As long as any browser remembers it.
_SECONDS = "86400"


def let_pages_read(response: HttpResponse, request: Request) -> None:
    """Add the headers by which a browser lets a page of an allowed site read the answer."""
    origin = request.META.get("HTTP_ORIGIN", "")
    patch_vary_headers(response, ["Origin"])
    if not origin or not _is_allowed(origin):
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _HEADERS
        response.headers["Access-Control-Max-Age"] = _SECONDS


def _is_allowed(origin: str) -> bool:
    return is_among(
        origin, settings.FILES_ALLOWED_ORIGINS, allows_local=settings.FILES_ALLOWS_LOCAL_ORIGINS
    )
