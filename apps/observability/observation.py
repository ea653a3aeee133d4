"""One request from its arrival until its answer is complete, whichever way it is answered.

It binds the correlation of the request, counts what is asked meanwhile, and tells once how it
ended: in the metrics and in the one "request finished" event.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from time import perf_counter
from typing import Any, Self

from apps.kernel import context
from apps.kernel.addresses import client_address, parsed
from apps.observability import logs, measures
from apps.observability.metrics import REQUESTS_IN_FLIGHT, add_up, request_series

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Where the observation of a request stands in its environment, once it has begun.
_KEY = "mainstay.observation"


class Observation:
    """A request that is being answered; within ``with``, all that happens is part of it."""

    __slots__ = ("_bindings", "_client", "_is_finished", "_started", "context", "measures")

    def __init__(self, environ: MutableMapping[str, Any]) -> None:
        self._started = perf_counter()
        self.context = context.continued_from(
            correlation_id=environ.get("HTTP_X_REQUEST_ID"),
            traceparent=environ.get("HTTP_TRACEPARENT"),
        )
        self.measures = measures.Measures()
        self._client = _kind_of(client_address(environ))
        self._bindings: list[tuple[context.Binding, measures.Binding]] = []
        self._is_finished = False
        REQUESTS_IN_FLIGHT.inc()

    @property
    def correlation_id(self) -> str:
        """The id that the answer carries."""
        return self.context.correlation_id

    def __enter__(self) -> Self:
        """Let what happens from now on be part of this request."""
        self._bindings.append((context.bind(self.context), measures.bind(self.measures)))
        return self

    def __exit__(self, *_: object) -> None:
        """Go back to what was bound before; what the context has become is kept."""
        self.context = context.current()
        of_context, of_measures = self._bindings.pop()
        measures.unbind(of_measures)
        context.unbind(of_context)

    def finish(
        self,
        *,
        method: str,
        route: str,
        status: int,
        size: int = 0,
        user_id: str | None = None,
        is_complete: bool = True,
    ) -> None:
        """Count and log the request, once however often called; call it within the ``with``."""
        if self._is_finished:
            return
        self._is_finished = True
        seconds = perf_counter() - self._started
        requests, request_seconds = request_series(method, route, status // 100)
        requests.inc()
        request_seconds.observe(seconds)
        REQUESTS_IN_FLIGHT.dec()
        add_up(self.measures)
        logs.tell_plain(
            "warning" if status >= 500 else "info",
            "http.request_finished",
            {
                "method": method,
                "route": route,
                "status": status,
                "duration_ms": measures.milliseconds(seconds),
                "user_id": user_id,
                "client": self._client,
                "bytes": size,
                "is_complete": is_complete,
                **self.measures.as_fields(),
            },
        )


def begun(environ: MutableMapping[str, Any]) -> Observation:
    """Return the observation of a request, which begins with the first call."""
    observation = environ.get(_KEY)
    if observation is None:
        observation = environ[_KEY] = Observation(environ)
    return observation


def known_method(method: str | None) -> str:
    """Return the method as it is told: one of the known ones, or OTHER."""
    return method if method in _METHODS else "OTHER"


@lru_cache(maxsize=4096)
def _kind_of(address: str) -> str:
    """What may be told of a client's address, which itself is personal."""
    known = parsed(address)
    if known is None:
        return "unknown"
    if known.is_loopback:
        return "loopback"
    return "private" if known.is_private else "public"
