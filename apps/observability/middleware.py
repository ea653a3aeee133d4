"""The one guard around every request: correlation, measurement, and the closing log event.

It does in one pass what correlation, logging, metrics and timing middlewares would do in four
(R8 section 5).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import perf_counter
from typing import cast

import structlog
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.kernel import context
from apps.kernel.addresses import client_address, parsed
from apps.observability.measures import Measures, measured, milliseconds
from apps.observability.measures import current as current_measures
from apps.observability.metrics import REQUESTS_IN_FLIGHT, add_up, request_series

log = structlog.get_logger("observability")

CORRELATION_HEADER = "X-Request-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class ObservabilityMiddleware:
    """Binds the correlation of a request, and tells once how the request ended.

    It stands outermost, so that what other middlewares refuse is told too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request within its own correlation."""
        asked = context.continued_from(
            correlation_id=request.META.get("HTTP_X_REQUEST_ID"),
            traceparent=request.META.get("HTTP_TRACEPARENT"),
        )
        with context.bound(asked), measured(Measures()) as measures:
            observation = _Observation(request, measures)
            try:
                response = self._get_response(request)
            except BaseException as exception:
                tell_failure(request, exception)
                observation.finish(status=500)
                raise
            response.headers[CORRELATION_HEADER] = asked.correlation_id
            observation.finish_with(response)
        return response


class _Observation:
    """One request, from its arrival until its answer is complete."""

    __slots__ = ("_context", "_is_finished", "_measures", "_request", "_started")

    def __init__(self, request: HttpRequest, measures: Measures) -> None:
        self._started = perf_counter()
        self._request = request
        self._measures = measures
        self._context: context.Context | None = None
        self._is_finished = False
        REQUESTS_IN_FLIGHT.inc()

    def finish_with(self, response: HttpResponseBase) -> None:
        """Tell how the request ended: now, or when the last of a stream was sent."""
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            self._context = context.current()
            response.streaming_content = _Stream(
                cast("Iterable[bytes]", response.streaming_content), self, response.status_code
            )
        else:
            self.finish(status=response.status_code, size=len(getattr(response, "content", b"")))

    @contextmanager
    def resumed(self) -> Iterator[None]:
        """Go on within the request's correlation and measures, after the view returned."""
        with context.bound(self._context or context.Context()), measured(self._measures):
            yield

    def tell_failure(self, exception: BaseException) -> None:
        """Log an exception that cut the answer short."""
        tell_failure(self._request, exception)

    def finish(self, *, status: int, size: int = 0, is_complete: bool = True) -> None:
        """Count and log the request, once however often called."""
        if self._is_finished:
            return
        self._is_finished = True
        seconds = perf_counter() - self._started
        request = self._request
        method, route = _method_of(request), _route_of(request)
        requests, request_seconds = request_series(method, route, status // 100)
        requests.inc()
        request_seconds.observe(seconds)
        REQUESTS_IN_FLIGHT.dec()
        add_up(self._measures)
        (log.warning if status >= 500 else log.info)(
            "http.request_finished",
            method=method,
            route=route,
            status=status,
            duration_ms=milliseconds(seconds),
            user_id=_user_id(request),
            client=_kind_of(client_address(request.META)),
            bytes=size,
            is_complete=is_complete,
            **self._measures.as_fields(),
        )


class _Stream(Iterator[bytes]):
    """The body of a streamed answer; the request ends with it, be it complete or cut."""

    def __init__(self, chunks: Iterable[bytes], observation: _Observation, status: int) -> None:
        self._chunks = iter(chunks)
        self._observation = observation
        self._status = status
        self._size = 0

    @override
    def __next__(self) -> bytes:
        with self._observation.resumed():
            try:
                chunk = next(self._chunks)
            except StopIteration:
                self._finish(is_complete=True)
                raise
            except BaseException as exception:
                self._observation.tell_failure(exception)
                self._finish(is_complete=False)
                raise
        self._size += len(chunk)
        return chunk

    def close(self) -> None:
        """End the request; Django calls this when the server closes the answer."""
        with self._observation.resumed():
            self._finish(is_complete=False)

    def _finish(self, *, is_complete: bool) -> None:
        self._observation.finish(status=self._status, size=self._size, is_complete=is_complete)


def tell_failure(request: HttpRequest, exception: BaseException) -> None:
    """Log an exception that nobody caught.

    While Django answers with 500, that answer may fail in its turn, in the same way in every
    layer of middleware, the last of them around our own; each type is told once for a request.
    """
    measures = current_measures()
    if measures is not None and type(exception) not in map(type, measures.told):
        log.error(
            "http.request_failed",
            method=_method_of(request),
            route=_route_of(request),
            exc_info=exception,
        )


def _method_of(request: HttpRequest) -> str:
    return request.method if request.method in _METHODS else "OTHER"


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


@lru_cache(maxsize=4096)
def _kind_of(address: str) -> str:
    """What may be told of a client's address, which itself is personal."""
    known = parsed(address)
    if known is None:
        return "unknown"
    if known.is_loopback:
        return "loopback"
    return "private" if known.is_private else "public"
