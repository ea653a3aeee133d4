"""The one guard around every request: correlation, measurement, and the closing log event."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.kernel import context


class ObservabilityMiddleware:
    """Binds the correlation of a request and tells how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request within its own correlation."""
        asked = context.continued_from(
            correlation_id=request.headers.get("X-Request-ID"),
            traceparent=request.headers.get("traceparent"),
        )
        with context.bound(asked):
            response = self._get_response(request)
            response.headers["X-Request-ID"] = asked.correlation_id
            return response
