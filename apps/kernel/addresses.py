"""Client addresses: who is at the other end of a request, as far as trusted proxies vouch."""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

# An IPv6 address with an IPv4 tail and a short zone; what is longer is none.
_LONGEST_ADDRESS = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the client's IP address from a request's META, or "" where there is none.

    Each proxy appends the address it saw to X-Forwarded-For, so only the last
    TRUSTED_PROXY_COUNT entries mean anything; what stands before them, the client wrote. Where
    there are fewer entries, the request has gone around a proxy, and the peer is the client.
    """
    peer = parsed(str(meta.get("REMOTE_ADDR", "")))
    hops = settings.TRUSTED_PROXY_COUNT
    entries = str(meta.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", hops) if hops else []
    if hops and len(entries) >= hops:
        peer = parsed(entries[-hops].strip()) or peer
    return str(peer) if peer else ""


def parsed(text: str) -> Address | None:
    """Return the address a text holds, as IPv4 where IPv6 only wraps it, or None."""
    return _parsed(text) if len(text) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Say whether an address lies in one of the networks, given in CIDR form."""
    known = parsed(address)
    return known is not None and any(known in ipaddress.ip_network(network) for network in networks)
