"""A rehearsal: a view made as Django makes it, asked by nobody, to see what it would answer.

The view's own code decides: which rows, which filters, which columns, which headers. What is
rehearsed reads nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from rest_framework.settings import api_settings

from apps.api.lane.errors import NotForTheLane
from apps.api.lane.routes import Route
from apps.api.lane.shapes import Shape
from apps.api.lane.statements import Sentinels
from apps.api.throttles import AnonymousThrottle, UserThrottle

_THROTTLES = (UserThrottle, AnonymousThrottle)
# Told of each answer anew.
_OF_BODY = frozenset({"Content-Length"})
# What they do to a plain GET under /api/ is done by the lane too, in the order of the settings.
_FINISHING = "apps.api.middleware.EntityMiddleware"
_TELLING = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


def unknown_middleware() -> list[str]:
    """Return the middleware in the settings that the lane does not know; with any, it is closed.

    API_UNCONCERNED_MIDDLEWARE names what does nothing to a plain GET or POST with a token.
    """
    known = {_FINISHING, *_TELLING, *settings.API_UNCONCERNED_MIDDLEWARE}
    return [name for name in settings.MIDDLEWARE if name not in known]


class Question(NamedTuple):
    """What many requests ask alike, but for who asks, for which ids and from where in a list."""

    route: Route
    query: str
    scheme: str
    host: str


class Rehearsal:
    """One view before one question."""

    def __init__(self, question: Question, known: Sentinels) -> None:
        route = question.route
        kwargs = dict(zip(route.names, known.ids, strict=True))
        self.http = request_for(
            route.path(*known.ids),
            question.query,
            scheme=question.scheme,
            host=question.host,
            method=route.method,
        )
        self.view = _made(route, self.http, kwargs)
        self.view.request.user = get_user_model()(pk=known.user_id, public_id=known.user_public_id)

    def shape(self) -> Shape:
        """Return what the view would answer.

        Raises NotForTheLane where its guard asks more than the lane can tell, and whatever the
        view raises.
        """
        view = self.view
        self.refuse_own_guard()
        for permission in view.get_permissions():
            is_implied = getattr(permission, "is_implied_by_rows", None)
            if is_implied is None or not is_implied(view):
                raise NotForTheLane(
                    f"{type(permission).__name__} does not say that whoever sees the rows of "
                    f"`{view.action}` may see all of them."
                )
        view.check_query_parameters(view.request)
        shape: Shape = view.in_short()
        return shape

    def refuse_own_guard(self) -> None:
        """Raise NotForTheLane where the view counts or recognises people in a way of its own."""
        if tuple(self.view.throttle_classes) != _THROTTLES:
            raise NotForTheLane("it has limits of its own.")
        if self.view.authentication_classes != api_settings.DEFAULT_AUTHENTICATION_CLASSES:
            raise NotForTheLane("it recognises people in a way of its own.")

    def headers(self, status: int = 200) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers of the answer: those that are there when it is finished, and others.

        The others come from middleware that stands before the one that makes a 304 of an answer.
        """
        view = self.view
        response = HttpResponse(content_type="application/json", status=status)
        response = view.finalize_response(view.request, response, **view.kwargs)
        names = list(settings.MIDDLEWARE)
        outer = names[: names.index(_FINISHING)]
        inner = names[len(outer) + 1 :]
        bare = HttpResponse()
        del bare.headers["Content-Type"]
        return _told(inner, self.http, response), _told(outer, self.http, bare)


@contextmanager
def nothing_is_read() -> Iterator[None]:
    """Raise NotForTheLane where code within the block asks the database."""

    def refuse(_execute: Callable[..., Any], text: str, *_: Any) -> Any:
        raise NotForTheLane(f"its queryset reads rows while it is made: {text:.60}")

    with connection.execute_wrapper(refuse):
        yield


def request_for(
    path: str, query: str, *, scheme: str, host: str, method: str = "GET"
) -> WSGIRequest:
    """Return a request as Django would make it of a plain one without a body."""
    name, _, port = host.partition(":")
    return WSGIRequest(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": name,
            "SERVER_PORT": port or "80",
            "HTTP_HOST": host,
            "wsgi.url_scheme": scheme,
            "wsgi.input": BytesIO(),
            **_told_by_proxy(scheme),
        }
    )


def _told_by_proxy(scheme: str) -> dict[str, str]:
    named: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    return {named[0]: named[1] if scheme == "https" else scheme} if named else {}


def _made(route: Route, http: HttpRequest, kwargs: Mapping[str, Any]) -> Any:
    """Return the view as DRF's ``as_view`` and ``dispatch`` leave it before the handler."""
    view = route.view_class(**route.options)
    if route.actions:
        view.action_map = action_map_of(route)
        for method, action in view.action_map.items():
            setattr(view, method, getattr(view, action))
    view.args, view.kwargs, view.format_kwarg = (), kwargs, None
    view.request = request = view.initialize_request(http, **kwargs)
    view.headers = view.default_response_headers
    request.accepted_renderer, request.accepted_media_type = view.perform_content_negotiation(
        request
    )
    request.version, request.versioning_scheme = view.determine_version(request, **kwargs)
    return view


def action_map_of(route: Route) -> dict[str, str]:
    """Return the methods of a viewset as its ``as_view`` completes them."""
    heads = {"head": route.actions["get"]} if "get" in route.actions else {}
    return {**heads, **route.actions}


def _told(names: Sequence[str], request: HttpRequest, response: HttpResponse) -> dict[str, str]:
    """Return the headers of a response after some of the middleware."""
    answer: Callable[[HttpRequest], Any] = lambda _: response  # noqa: E731  what middleware wraps
    for name in reversed(names):
        if name in _TELLING:
            answer = import_string(name)(answer)
    headers = dict(answer(request).headers)
    return {name: value for name, value in headers.items() if name not in _OF_BODY}
