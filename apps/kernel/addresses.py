"""Client addresses: who is at the other end of a request, through the proxies we trust."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the client's address from a request's ``META``, or "" where it is unknown.

    Each of the TRUSTED_PROXY_COUNT proxies in front appends the peer it saw to
    X-Forwarded-For, so the client is that many entries from the right; what stands further
    left was written by the client itself and is never believed.
    """
    hops = [str(meta.get("REMOTE_ADDR") or "")]
    forwarded = str(meta.get("HTTP_X_FORWARDED_FOR") or "")
    hops = [*(hop.strip() for hop in forwarded.split(",") if hop.strip()), *hops]
    position = min(settings.TRUSTED_PROXY_COUNT, len(hops) - 1)
    address = parsed(hops[-1 - position])
    return str(address) if address else ""


def parsed(text: str) -> Address | None:
    """Return the address a text holds, IPv4 also where it is mapped into IPv6, or None."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Say whether an address lies in one of the networks, given in CIDR form."""
    known = parsed(address)
    return known is not None and any(known in ipaddress.ip_network(network) for network in networks)
