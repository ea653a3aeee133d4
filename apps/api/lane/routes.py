"""Which routes are open to the lane: GET and POST of the views that say ``short_lane = True``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RoutePattern

from apps.api.versions import deprecation_at

_PREFIX = "api/"
_CONVERTED = re.compile(r"<(\w+):(\w+)>")
_SAMPLE_ID = "019ab2c4-0d1e-7b3a-9c55-3e1f6a7b8c9d"


@dataclass(frozen=True, eq=False)
class Route:
    """What the lane may answer: a method, a template, and how Django would make its view."""

    method: str
    template: str
    # The names of the path's ids, in order.
    names: tuple[str, ...]
    view_class: type[Any]
    options: Mapping[str, Any]
    # The method of the viewset per HTTP method; empty for a plain view.
    actions: Mapping[str, str]

    def path(self, *ids: object) -> str:
        """Return the path with these ids."""
        rest = iter(ids)
        return "/" + _CONVERTED.sub(lambda _: str(next(rest)), self.template)

    @property
    def shape(self) -> str:
        """The path with a star for every id."""
        return self.path(*("*" for _ in self.names))


def row_shape(shape: str) -> str:
    """Return the shape of the path to a row of the list at another."""
    return f"{shape}*/"


def open_routes(method: str = "GET") -> Mapping[str, Route]:
    """Return the routes of the present URL map that take a method, by their shapes."""
    return _open_routes(settings.ROOT_URLCONF, method)


@lru_cache(maxsize=8)
def _open_routes(urlconf: str, method: str) -> Mapping[str, Route]:
    views = _views(get_resolver(urlconf), "")
    routes = (_route(method, template, view) for template, view in views)
    opened = {route.shape: route for route in routes if route and _is_open(route, urlconf)}
    if method == "GET":
        return opened
    # What is written is shown as a GET of it would show it.
    shown = _open_routes(urlconf, "GET")
    return {shape: route for shape, route in opened.items() if row_shape(shape) in shown}


def _views(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the views below /api/ with their templates, as Django would tell them."""
    for entry in resolver.url_patterns:
        if not isinstance(entry.pattern, RoutePattern):
            continue
        template = f"{prefix}{entry.pattern}"
        if not (template.startswith(_PREFIX) or _PREFIX.startswith(template)):
            continue
        if isinstance(entry, URLPattern):
            yield template, entry.callback
        else:
            yield from _views(entry, template)


def _route(method: str, template: str, view: Any) -> Route | None:
    view_class: Any = getattr(view, "cls", None) or getattr(view, "view_class", None)
    actions = getattr(view, "actions", None) or {}
    if not getattr(view_class, "short_lane", False):
        return None
    if actions and actions.get(method.lower()) not in view_class.lane_actions:
        return None
    if not actions and method != "GET":
        return None
    converted = _CONVERTED.findall(template)
    if any(kind != "uuid" for kind, _ in converted):
        return None
    names = tuple(name for _, name in converted)
    return Route(method, template, names, view_class, getattr(view, "initkwargs", {}), actions)


def _is_open(route: Route, urlconf: str) -> bool:
    """Tell whether Django would come to this view, and would have nothing to warn of."""
    try:
        match = resolve(route.path(*(_SAMPLE_ID for _ in route.names)), urlconf)
    except Resolver404:
        return False
    return match.route == route.template and deprecation_at(match, route.method) is None
