"""Where a request comes from, as far as the trusted proxies vouch for it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address, or "" where there is none (a Unix socket).

    Each proxy appends the address it saw to X-Forwarded-For, so only the last
    TRUSTED_PROXY_COUNT entries mean anything; what stands before them, the client wrote.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = settings.TRUSTED_PROXY_COUNT
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", hops) if hops else []
    if len(entries) < hops or not entries:
        return peer
    forwarded = entries[-hops].strip()
    return forwarded if _parsed(forwarded) else peer


def client_network(request: HttpRequest) -> str:
    """Return what a limit is counted for: an IPv4 address, or the /64 network of an IPv6 one."""
    address = client_address(request)
    parsed = _parsed(address)
    if not isinstance(parsed, ipaddress.IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
