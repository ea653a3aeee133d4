"""The versions of the API, chosen by path, and what of it is deprecated."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from apps.api.deprecation import Deprecation, deprecation_of
from apps.api.errors import UnknownVersion

_NAMED = re.compile(r"/?api/(v[0-9]{1,9})(?:/|$)")

_log = structlog.get_logger("api")


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of all routes, below ``/api/<name>/``."""

    name: str
    deprecation: Deprecation | None = None


# The oldest first: each has the routes of the one before, but for those that apps replace.
VERSIONS = (Version(name="v1"), Version(name="v2"))


def version_in(path: str) -> str | None:
    """Return the name of the version that a path or a route begins with, be there one or not."""
    named = _NAMED.match(path)
    return named[1] if named else None


def refuse_unknown_version(path: str) -> None:
    """Raise UnknownVersion where a path names a version that there is not."""
    name = version_in(path)
    names = [version.name for version in VERSIONS]
    if name and name not in names:
        raise UnknownVersion(f"There is no {name}; there are {', '.join(names)}.")


def deprecation_at(match: ResolverMatch, method: str) -> Deprecation | None:
    """Return why the answer of a route to a method must warn, the nearest reason first."""
    verb = "get" if method == "HEAD" else method.lower()
    view = getattr(match.func, "cls", None)
    actions: dict[str, str] = getattr(match.func, "actions", None) or {}
    declared = deprecation_of(view, actions.get(verb, verb)) if view else None
    return declared or deprecation_of_version(version_in(match.route))


def deprecation_of_version(name: str | None) -> Deprecation | None:
    """Return why all routes of a version warn, if they do; None where there is no such one."""
    return next((version.deprecation for version in VERSIONS if version.name == name), None)


class DeprecationMiddleware:
    """Warns in every answer of a deprecated route, refusals and 304 among them, and in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self._get_response(request)
        match = request.resolver_match
        deprecation = deprecation_at(match, request.method or "") if match else None
        if match and deprecation:
            _log.info("route.deprecated_use", method=request.method, route=match.route)
            for name, value in deprecation.headers().items():
                is_list = name == "Link" and name in response.headers
                response[name] = f"{response[name]}, {value}" if is_list else value
        return response
