"""Checking a URL given by a user when it is registered, long before it is called."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings

from apps.resilience.addresses import Address, Network, may_be_dialled
from apps.resilience.errors import ForbiddenAddress, UnusableUrl

if TYPE_CHECKING:
    from yarl import URL

MAX_URL_LENGTH = 2048
RESOLVE_SECONDS = 3.0

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
# What a resolver may take for an address although it is not written as one (WHATWG URL,
# "ends in a number"): 2130706433, 0x7f.1, 017700000001, 127.1.
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")

# getaddrinfo knows no timeout; a thread can be left behind.
_resolving = ThreadPoolExecutor(4, thread_name_prefix="url-check")


def check_url(url: str) -> str:
    """Return the URL in normal form, if calls to it would be allowed now.

    It must be http or https (https only, where OUTBOUND_REQUIRES_HTTPS), without credentials
    and fragment, and every address of its host must be public or allowed. Raises UnusableUrl or
    ForbiddenAddress. Resolves the host name, which may take up to 3 s. A URL that passes may
    lead elsewhere tomorrow: the client asks again at every dial.
    """
    parsed = _parsed(url)
    for address in _addresses_of(parsed):
        if not may_be_dialled(address, allowed=allowed_networks()):
            raise ForbiddenAddress(
                f"{parsed.raw_host} leads to an address that is not on the public internet; "
                "use a host that anyone can reach."
            )
    return str(parsed)


def allowed_networks() -> tuple[Network, ...]:
    """The private networks that may be dialled nevertheless, by OUTBOUND_ALLOWED_NETWORKS."""
    return tuple(ip_network(network) for network in settings.OUTBOUND_ALLOWED_NETWORKS)


def _parsed(url: str) -> "URL":
    from yarl import URL  # noqa: PLC0415  few processes read URLs, and all would import it

    if len(url) > MAX_URL_LENGTH:
        raise UnusableUrl(f"The URL is longer than {MAX_URL_LENGTH} characters.")
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise UnusableUrl("The URL holds white space, control characters or a backslash.")
    try:
        parsed = URL(url)
    except ValueError as error:
        raise UnusableUrl("The URL cannot be read; write it as https://host/path.") from error
    _refuse_form(parsed, url)
    return parsed


def _refuse_form(parsed: "URL", url: str) -> None:
    schemes = {"https"} if settings.OUTBOUND_REQUIRES_HTTPS else {"http", "https"}
    if parsed.scheme not in schemes:
        raise UnusableUrl(f"The URL must begin with {' or '.join(sorted(schemes))}://.")
    if re.search(r"://[^/?#]*@", url):
        raise UnusableUrl("The URL must not hold a user name or password.")
    if "#" in url:
        raise UnusableUrl("The URL must not have a fragment (#…): it would never be sent.")
    if not parsed.port:
        raise UnusableUrl("The port must be between 1 and 65535.")
    if _literal(parsed) is None:
        _refuse_name(parsed.raw_host or "")


def _refuse_name(host: str) -> None:
    if not _HOST_NAME.fullmatch(host) or len(host) > 253:
        raise UnusableUrl("The host must be a name such as hooks.example.com, or an IP address.")
    if _ENDS_IN_A_NUMBER.fullmatch(host):
        raise UnusableUrl("The host is a number; write an IP address in its usual form.")


def _literal(parsed: "URL") -> Address | None:
    """The address, where the host is one in its usual form."""
    host = parsed.raw_host or ""
    if "%" in host:
        raise UnusableUrl("The host must not hold a percent sign.")
    try:
        return ip_address(host)
    except ValueError:
        return None


def _addresses_of(parsed: "URL") -> set[Address]:
    literal = _literal(parsed)
    if literal is not None:
        return {literal}
    lookup = _resolving.submit(
        socket.getaddrinfo, parsed.raw_host, parsed.port, type=socket.SOCK_STREAM
    )
    try:
        found = lookup.result(timeout=RESOLVE_SECONDS)
    except (OSError, TimeoutError) as error:
        raise UnusableUrl(
            f"{parsed.raw_host} could not be resolved; check the host name."
        ) from error
    return {ip_address(str(entry[4][0]).partition("%")[0]) for entry in found}
