"""How often one client may ask: counted per user, or per address for strangers.

A fixed window per key in the cache. If the cache is down nobody is refused: its backend
swallows connection errors. Rates stand in REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].
"""

import ipaddress
from typing import cast

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView
from typing_extensions import override

from apps.kernel.addresses import client_address, parsed


class WindowThrottle(SimpleRateThrottle):
    """Counts requests in fixed windows, atomically and in one small key per client."""

    num_requests: int | None
    duration: int | None

    @override
    def get_rate(self) -> str | None:
        rates = cast("dict[str, str | None]", api_settings.DEFAULT_THROTTLE_RATES)
        return rates[str(self.scope)]

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and tell whether it is within the limit."""
        client = self.get_cache_key(request, view)
        if self.num_requests is None or self.duration is None or client is None:
            return True
        self.now = self.timer()
        return self._counted(f"{client}_{int(self.now // self.duration)}") <= self.num_requests

    def _counted(self, key: str) -> int:
        """Return how many requests the window has seen; 0 while the cache does not answer."""
        try:
            return self.cache.incr(key) or 0
        except ValueError:
            # The window's first request, unless another has been faster.
            was_added = self.cache.add(key, 1, timeout=self.duration)
        return self._counted(key) if was_added is False else 1

    @override
    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        duration = self.duration or 1
        return duration - self.now % duration

    def key_of(self, request: Request) -> str:
        """Return the cache key of who asks: the user, or the address of a stranger."""
        user = request.user
        ident = (
            f"user:{user.pk}"
            if user.is_authenticated
            else _network_of(client_address(request.META))
        )
        return self.cache_format % {"scope": self.scope, "ident": ident}


class UserThrottle(WindowThrottle):
    """Counts those who are signed in."""

    scope = "user"

    @override
    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.key_of(request) if request.user.is_authenticated else None


class AnonymousThrottle(WindowThrottle):
    """Counts strangers by their address."""

    scope = "anonymous"

    @override
    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return None if request.user.is_authenticated else self.key_of(request)


class ScopedThrottle(WindowThrottle):
    """Counts everybody, by the rate that the view's ``throttle_scope`` names."""

    def __init__(self) -> None:
        # The rate is known once the view is.
        pass

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        if self.scope is None:
            return True
        super().__init__()
        return super().allow_request(request, view)

    @override
    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return self.key_of(request)


def _network_of(address: str) -> str:
    """Return whom an address counts for: of IPv6, one client has a whole /64."""
    known = parsed(address)
    if not isinstance(known, ipaddress.IPv6Address):
        return address
    return str(ipaddress.IPv6Network((int(known), 64), strict=False))
