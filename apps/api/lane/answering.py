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
from django.utils.module_loading import import_string

from apps.api.entities import Finished, finish
from apps.api.lane.asked import Asked, read
from apps.api.lane.callers import Caller
from apps.api.lane.plans import plan_for
from apps.api.lane.rehearsal import unknown_middleware
from apps.api.lane.routes import Route, open_routes
from apps.api.lane.statements import Tell
from apps.api.throttles import UserThrottle, is_within, known_client, rate_of

log = structlog.get_logger("api")


class Observation(Protocol):
    """The watch over one request; see `observability.observation`."""

    @property
    def correlation_id(self) -> str:
        """The id that the answer carries."""

    def __enter__(self) -> Any:
        """Let what happens be part of the request."""

    def __exit__(self, *_: object) -> None:
        """Go back."""

    def add_statement(self, seconds: float) -> None:
        """Count a statement that went around Django's cursors."""

    def finish(self, *, method: str, route: str, status: int, size: int, user_id: str) -> None:
        """Tell how it ended."""


class _Parts(NamedTuple):
    """What the settings name."""

    identify: Callable[[str], Caller | None]
    observe: Callable[[MutableMapping[str, Any]], Observation]
    is_open: bool


def answer(environ: MutableMapping[str, Any]) -> Finished | None:
    """Return the answer to a request; None where Django must give it."""
    asked = read(environ)
    route = open_routes().get(asked.shape) if asked else None
    if asked is None or route is None:
        return None
    parts = _parts()
    if not parts.is_open:
        return None
    with parts.observe(environ) as observation:
        try:
            found = _answer(parts, environ, asked, route, observation.add_statement)
        except Exception:
            log.warning("lane.failed", route=route.template, exc_info=True)
            return None
        if found is None:
            return None
        caller, finished = found
        observation.finish(
            method="GET",
            route=route.template,
            status=finished.status,
            size=len(finished.body),
            user_id=caller.public_id,
        )
    return finished._replace(
        headers={**finished.headers, "X-Request-ID": observation.correlation_id}
    )


def _answer(
    parts: _Parts, environ: MutableMapping[str, Any], asked: Asked, route: Route, tell: Tell
) -> tuple[Caller, Finished] | None:
    caller = parts.identify(asked.token)
    if caller is None or not _may_go_on(caller, environ):
        return None
    found = plan_for(route, asked)
    if found is None:
        return None
    plan, cursor = found
    body = plan.body.write(caller, asked, cursor, tell)
    if body is None:
        return None
    finished = finish(
        method="GET",
        status=200,
        headers={**plan.headers, "Content-Length": str(len(body))},
        body=body,
        if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        accept_encoding=environ.get("HTTP_ACCEPT_ENCODING"),
    )
    return caller, finished._replace(headers={**plan.outer_headers, **finished.headers})


def _may_go_on(caller: Caller, environ: MutableMapping[str, Any]) -> bool:
    rate = rate_of(UserThrottle.scope)
    client = known_client(caller.user_id)
    return rate is None or is_within(rate, scope=UserThrottle.scope, client=client, environ=environ)


def _parts() -> _Parts:
    return _made_parts(settings.API_IDENTIFIER, settings.API_OBSERVER, tuple(settings.MIDDLEWARE))


@lru_cache(maxsize=8)
def _made_parts(identifier: str, observer: str, _middleware: tuple[str, ...]) -> _Parts:
    return _Parts(import_string(identifier), import_string(observer), not unknown_middleware())
