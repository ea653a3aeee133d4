"""The lane: from a WSGI environment to an answer, or to Django.

Only what is plain is answered here. On any doubt, and for every refusal, the request goes to
Django as if nothing had been, but for what must not happen twice: it was counted, and its
observation has begun. Both travel on in its environment.
"""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from apps.api.entities import Finished
from apps.api.lane.asked import Asked, read, shape_of
from apps.api.lane.callers import Caller
from apps.api.lane.plain import PlainAnswer, plain_answers
from apps.api.lane.plans import plan_for, shown_row
from apps.api.lane.rehearsal import unknown_middleware
from apps.api.lane.routes import Route, open_routes
from apps.api.lane.writing import write
from apps.api.throttles import UserThrottle, is_within, known_client, rate_of

log = structlog.get_logger("api")

CORRELATION = "X-Request-ID"


class Observation(Protocol):
    """The watch over one request; see `observability.observation`."""

    @property
    def correlation_id(self) -> str:
        """The id that the answer carries."""

    def __enter__(self) -> Any:
        """Let what happens be part of the request."""

    def __exit__(self, *_: object) -> None:
        """Go back."""

    def finish(
        self, *, method: str, route: str, status: int, size: int, user_id: str | None
    ) -> None:
        """Tell how it ended."""


class _Parts(NamedTuple):
    """What the settings name."""

    identify: Callable[[str], Caller | None]
    observe: Callable[[MutableMapping[str, Any]], Observation]
    is_open: bool


def answer(environ: MutableMapping[str, Any]) -> Finished | None:
    """Return the answer to a request; None where Django must give it."""
    plain = plain_answers.get(environ["PATH_INFO"])
    if plain is not None:
        return _plainly(plain, environ)
    asked = read(environ)
    route = open_routes(asked.method).get(asked.shape) if asked else None
    if asked is None or route is None:
        return None
    parts = _parts()
    if not parts.is_open:
        return None
    with parts.observe(environ) as observation:
        try:
            found = _answer(parts, environ, asked, route)
        except Exception:
            log.warning("lane.failed", route=route.template, exc_info=True)
            return None
        if found is None:
            return None
        caller, finished = found
        observation.finish(
            method=asked.method,
            route=route.template,
            status=finished.status,
            size=len(finished.body),
            user_id=caller.public_id,
        )
    return finished._replace(headers={**finished.headers, CORRELATION: observation.correlation_id})


def row_at(path: str, request: HttpRequest) -> bytes | None:
    """Return the JSON that a GET of a path would show to whoever makes this request.

    For answers to writes: the lane's statement sees what this connection has not committed yet.
    None where the lane does not answer there.
    """
    if not _parts().is_open:
        return None
    asked = Asked(path, *shape_of(path), "", "", request.scheme or "", request.get_host())
    user: Any = request.user
    return shown_row(asked, Caller(user_id=user.pk, public_id=str(user.public_id)))


def _plainly(plain: PlainAnswer, environ: MutableMapping[str, Any]) -> Finished | None:
    is_plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
    if not is_plain or "HTTP_COOKIE" in environ or not _parts().is_open:
        return None
    with _parts().observe(environ) as observation:
        observation.finish(
            method="GET", route=plain.route, status=200, size=len(plain.body), user_id=None
        )
    headers = {**plain.headers, CORRELATION: observation.correlation_id}
    return Finished(200, headers, plain.body)


def _answer(
    parts: _Parts, environ: MutableMapping[str, Any], asked: Asked, route: Route
) -> tuple[Caller, Finished] | None:
    caller = parts.identify(asked.token)
    if caller is None or not _may_go_on(caller, environ):
        return None
    answered = write if route.method == "POST" else _read
    finished = answered(route, asked, caller, environ)
    return (caller, finished) if finished else None


def _read(
    route: Route, asked: Asked, caller: Caller, environ: MutableMapping[str, Any]
) -> Finished | None:
    found = plan_for(route, asked)
    if found is None:
        return None
    plan, cursor = found
    body = plan.body.write(caller, asked, cursor)
    return plan.headers.finished(body, environ) if body is not None else None


def _may_go_on(caller: Caller, environ: MutableMapping[str, Any]) -> bool:
    rate = rate_of(UserThrottle.scope)
    client = known_client(caller.user_id)
    return rate is None or is_within(rate, scope=UserThrottle.scope, client=client, environ=environ)


class _Latest:
    """The parts for the settings of the last request, which hardly ever change."""

    middleware: Any = None
    parts: _Parts


def _parts() -> _Parts:
    middleware = settings.MIDDLEWARE
    if _Latest.middleware is not middleware:
        names = settings.API_IDENTIFIER, settings.API_OBSERVER
        _Latest.parts = _made_parts(*names, tuple(middleware))
        _Latest.middleware = middleware
    return _Latest.parts


@lru_cache(maxsize=8)
def _made_parts(identifier: str, observer: str, _middleware: tuple[str, ...]) -> _Parts:
    return _Parts(import_string(identifier), import_string(observer), not unknown_middleware())
