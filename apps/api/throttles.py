"""How often one client may ask: counted per user, or per address for strangers.

A fixed window per client, counted by the function that API_COUNTER names, which also outlives its
Redis. Rates stand in REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]. The functions here serve every way
into the API; a request that goes two of them is counted once.
"""

import ipaddress
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from typing_extensions import override

from apps.kernel.addresses import client_address, parsed

# Where a request's counts stand in its environment, for the throttles that look at it later.
_COUNTED = "mainstay.counted"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Rate(NamedTuple):
    """How many requests there may be in a window of so many seconds."""

    requests: int
    seconds: int


class Counter(Protocol):
    """Counts up a key that is forgotten after a while, and returns the new count."""

    def __call__(self, key: str, *, seconds: int) -> int:
        """Count."""


def rate_of(scope: str) -> Rate | None:
    """Return the rate of a scope; None where there is no limit. Raises KeyError for no scope."""
    rates = cast("dict[str, str | None]", api_settings.DEFAULT_THROTTLE_RATES)
    text = rates[scope]
    return None if text is None else _rate(text)


def is_within(rate: Rate, *, scope: str, client: str, environ: MutableMapping[str, Any]) -> bool:
    """Count a request of a client and tell whether it is within the rate.

    It is counted once, however often this is asked with the same environment.
    """
    key = f"throttle:{scope}:{client}:{int(time.time() // rate.seconds)}"
    counts = environ.setdefault(_COUNTED, {})
    if key not in counts:
        counts[key] = _counter(settings.API_COUNTER)(key, seconds=rate.seconds)
    return bool(counts[key] <= rate.requests)


def known_client(user_id: int) -> str:
    """Return what a signed-in client is counted as."""
    return f"user:{user_id}"


def unknown_client(environ: MutableMapping[str, Any]) -> str:
    """Return what a stranger is counted as."""
    return _network_of(client_address(environ))


class WindowThrottle(BaseThrottle):
    """Counts requests in fixed windows, atomically and in one small key per client."""

    scope: str | None = None

    def counts(self, request: Request) -> bool:
        """Tell whether this throttle is for the one who asks."""
        return True

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and tell whether it is within the limit."""
        self._rate = rate_of(self.scope) if self.scope and self.counts(request) else None
        if self.scope is None or self._rate is None:
            return True
        user = request.user
        client = known_client(user.pk) if user.is_authenticated else unknown_client(request.META)
        return is_within(self._rate, scope=self.scope, client=client, environ=request.META)

    @override
    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        duration = self._rate.seconds if self._rate else 1
        return duration - time.time() % duration


class UserThrottle(WindowThrottle):
    """Counts those who are signed in."""

    scope = "user"

    @override
    def counts(self, request: Request) -> bool:
        return request.user.is_authenticated


class AnonymousThrottle(WindowThrottle):
    """Counts strangers by their address."""

    scope = "anonymous"

    @override
    def counts(self, request: Request) -> bool:
        return not request.user.is_authenticated


class ScopedThrottle(WindowThrottle):
    """Counts everybody, by the rate that the view's ``throttle_scope`` names."""

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        return super().allow_request(request, view)


@lru_cache(maxsize=64)
def _rate(text: str) -> Rate:
    """Read a rate as DRF writes it: ``120/min``."""
    requests, _, period = text.partition("/")
    return Rate(int(requests), _SECONDS[period[0]])


@lru_cache(maxsize=8)
def _counter(name: str) -> Counter:
    return cast("Counter", import_string(name))


@lru_cache(maxsize=4096)
def _network_of(address: str) -> str:
    """Return whom an address counts for: of IPv6, one client has a whole /64."""
    known = parsed(address)
    if not isinstance(known, ipaddress.IPv6Address):
        return address
    return str(ipaddress.IPv6Network((int(known), 64), strict=False))
