"""The middleware of the API words: finishes answers as entities, whoever made them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.api.entities import finish


class EntityMiddleware:
    """Gives answers their ETag, 304 where the client has them, and compression.

    Streams are left alone: their length is not known, and server-sent events must not wait. So
    are answers with cookies, which `finish` would not see among the headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self._get_response(request)
        if isinstance(response, HttpResponse) and not response.cookies:
            _finish(request, response)
        return response


def _finish(request: HttpRequest, response: HttpResponse) -> None:
    body = response.content
    finished = finish(
        method=request.method or "",
        status=response.status_code,
        headers=response.headers,
        body=body,
        if_none_match=request.META.get("HTTP_IF_NONE_MATCH"),
        accept_encoding=request.META.get("HTTP_ACCEPT_ENCODING"),
    )
    if finished.headers is response.headers:
        return
    response.status_code = finished.status
    if finished.body is not body:
        response.content = finished.body
    # Only what differs: Django checks each header that it is given.
    for name in [name for name in response.headers if name not in finished.headers]:
        del response.headers[name]
    for name, value in finished.headers.items():
        if response.headers.get(name) != value:
            response.headers[name] = value
