"""Every route that Django's resolver knows under /api/, as the tests walk over them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView
from typing_extensions import override

_CONVERTER = re.compile(r"<\w+:(?=\w+>)")
_VERSION = re.compile(r"/api/v[0-9]+/")
_PARAMETER = re.compile(r"<(?P<name>\w+)>")


@dataclass(frozen=True)
class Route:
    """One URL pattern under /api/ and the view behind it."""

    # "/api/v1/buildings/<public_id>"
    path: str
    callback: Callable[..., Any]

    @override
    def __str__(self) -> str:
        return self.path

    @property
    def below_version(self) -> str:
        """The path below /api/<version>/, such as "buildings/<public_id>"."""
        return _VERSION.sub("", self.path)

    @property
    def view(self) -> type[APIView] | None:
        """The class of the view; None for a plain function."""
        view = getattr(self.callback, "cls", None)
        return view if isinstance(view, type) and issubclass(view, APIView) else None

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods that are answered, GET first, DELETE last."""
        if self.view is None:
            return ("GET",)
        actions = getattr(self.callback, "actions", None) or {
            name for name in self.view.http_method_names if hasattr(self.view, name)
        }
        answered = set(actions) & set(self.view.http_method_names)
        order = ("GET", "POST", "PUT", "PATCH", "DELETE")
        return tuple(method for method in order if method.lower() in answered)

    @property
    def asked_methods(self) -> tuple[str, ...]:
        """``("OPTIONS",)`` where the view tells what is possible, as tus wants it."""
        names = self.view.http_method_names if self.view else ()
        return ("OPTIONS",) if "options" in names else ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters."""
        return tuple(match["name"] for match in _PARAMETER.finditer(self.path))

    def filled(self, values: Mapping[str, object]) -> str:
        """Return the path with its parameters replaced."""
        return _PARAMETER.sub(lambda match: str(values[match["name"]]), self.path)

    def permission_classes(self) -> Sequence[Any]:
        """The permissions that guard it, those of an ``@action`` included."""
        given = getattr(self.callback, "initkwargs", {})
        classes: Sequence[Any] = given.get(
            "permission_classes", getattr(self.view, "permission_classes", ())
        )
        return classes

    def is_for_operators(self) -> bool:
        """Whether only staff is let in, with a permission that an operator gave them."""
        return any(getattr(each, "admits_operators", False) for each in self.permission_classes())


def api_routes() -> list[Route]:
    """Every route under /api/, sorted by path."""
    routes = (route for route in _walk(get_resolver().url_patterns, "/"))
    return sorted((r for r in routes if r.path.startswith("/api/")), key=lambda route: route.path)


def distinct_routes() -> list[Route]:
    """Every route below a version, once where it answers at several of them."""
    found: dict[tuple[str, object], Route] = {}
    for route in api_routes():
        if route.below_version != route.path:
            found.setdefault((route.below_version, route.callback), route)
    return list(found.values())


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + simplify_regex(str(pattern.pattern)).removeprefix("/")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield Route(_CONVERTER.sub("<", path), pattern.callback)


def complaints_about(route: Route) -> list[str]:
    """Return which guards a route leaves to Django REST framework's defaults."""
    if route.view is None:
        return []
    ours = [base for base in route.view.__mro__ if not base.__module__.startswith("rest_framework")]
    named = {name for base in ours for name in vars(base)}
    named |= set(getattr(route.callback, "initkwargs", {}))
    guards = ("permission_classes", "throttle_classes")
    return [f"{route} names no {guard}" for guard in guards if guard not in named]


def undocumented(document: Mapping[str, Any]) -> list[str]:
    """Return the operations of an OpenAPI document that have no summary."""
    verbs = {"get", "post", "put", "patch", "delete"}
    return [
        f"{verb.upper()} {path}"
        for path, operations in document["paths"].items()
        for verb, operation in operations.items()
        if verb in verbs and not operation.get("summary")
    ]
