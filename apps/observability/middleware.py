"""The one guard around every request: correlation, measurement, and the closing log event.

It does in one pass what correlation, logging, metrics and timing middlewares would do in four
(R8 section 5).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import cast

import structlog
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.kernel import context
from apps.observability.measures import current as current_measures
from apps.observability.observation import begun, known_method

log = structlog.get_logger("observability")

CORRELATION_HEADER = "X-Request-ID"


class ObservabilityMiddleware:
    """Binds the correlation of a request, and tells once how the request ended.

    It stands outermost, so that what other middlewares refuse is told too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request within its own correlation."""
        observed = _Observed(request)
        with observed.observation:
            try:
                response = self._get_response(request)
            except BaseException as exception:
                tell_failure(request, exception)
                observed.finish(status=500)
                raise
            response.headers[CORRELATION_HEADER] = observed.observation.correlation_id
            observed.finish_with(response)
        return response


class _Observed:
    """A request of Django's, with the observation of it."""

    __slots__ = ("_request", "observation")

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.observation = begun(request.META)

    def finish_with(self, response: HttpResponseBase) -> None:
        """Tell how the request ended: now, or when the last of a stream was sent."""
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _Stream(
                cast("Iterable[bytes]", response.streaming_content), self, response.status_code
            )
        else:
            self.finish(status=response.status_code, size=len(getattr(response, "content", b"")))

    def tell_failure(self, exception: BaseException) -> None:
        """Log an exception that cut the answer short."""
        tell_failure(self._request, exception)

    def finish(self, *, status: int, size: int = 0, is_complete: bool = True) -> None:
        """Count and log the request, once however often called."""
        self.observation.finish(
            method=known_method(self._request.method),
            route=_route_of(self._request),
            status=status,
            size=size,
            user_id=_user_id(self._request),
            is_complete=is_complete,
        )


class _Stream(Iterator[bytes]):
    """The body of a streamed answer; the request ends with it, be it complete or cut."""

    def __init__(self, chunks: Iterable[bytes], observed: _Observed, status: int) -> None:
        self._chunks = iter(chunks)
        self._observed = observed
        self._status = status
        self._size = 0

    @override
    def __next__(self) -> bytes:
        with self._observed.observation:
            try:
                chunk = next(self._chunks)
            except StopIteration:
                self._finish(is_complete=True)
                raise
            except BaseException as exception:
                self._observed.tell_failure(exception)
                self._finish(is_complete=False)
                raise
        self._size += len(chunk)
        return chunk

    def close(self) -> None:
        """End the request; Django calls this when the server closes the answer."""
        with self._observed.observation:
            self._finish(is_complete=False)

    def _finish(self, *, is_complete: bool) -> None:
        self._observed.finish(status=self._status, size=self._size, is_complete=is_complete)


def tell_failure(request: HttpRequest, exception: BaseException) -> None:
    """Log an exception that nobody caught.

    While Django answers with 500, that answer may fail in its turn, in the same way in every
    layer of middleware, the last of them around our own; each type is told once for a request.
    """
    measures = current_measures()
    if measures is not None and type(exception) not in map(type, measures.told):
        log.error(
            "http.request_failed",
            method=known_method(request.method),
            route=_route_of(request),
            exc_info=exception,
        )


def _route_of(request: HttpRequest) -> str:
    """The template of the route, never the path: paths hold ids and are without number."""
    match = request.resolver_match
    return match.route if match else "unmatched"


def _user_id(request: HttpRequest) -> str | None:
    """The public id of the user who asked, where somebody has found out already."""
    actor = context.current().actor
    if actor:
        return actor
    # Asking for request.user would cost a query on requests that never needed it.
    user = getattr(request, "_cached_user", None)
    return str(user.public_id) if user is not None and user.is_authenticated else None
