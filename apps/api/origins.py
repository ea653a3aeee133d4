"""Which sites' pages may ask here, and the headers by which a browser lets them (Fetch, CORS).

No cookie opens anything of the API, so this is a second lock (decision 0016).
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit


def is_among(origin: str, sites: Collection[str], *, allows_local: bool) -> bool:
    """Tell whether a page of this origin may ask: one of these sites, or one on this machine."""
    return origin in sites or (allows_local and _is_local(origin))


def _is_local(origin: str) -> bool:
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
