"""The short way of probes and scrapers: answered before hosts, sessions and users are looked at.

They ask each instance by its own address, which is no allowed host.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve

# As config.urls mounts them.
_PROBES = frozenset({"/health/live", "/health/ready", "/metrics"})


class ProbeMiddleware:
    """Answers probes at once; people with a session go the long way, which knows them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a probe, or pass the request on."""
        if request.path_info in _PROBES and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.resolver_match = match = resolve(request.path_info)
            answer: HttpResponseBase = match.func(request)
            return answer
        return self._get_response(request)
