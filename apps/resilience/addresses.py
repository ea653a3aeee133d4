"""Which addresses a URL given by a user may lead to; pure, and asked again at every dial."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What `is_global` calls public on one Python or another, although no receiver can live there.
_NEVER_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's host agent: public by number, reachable only from inside
        "192.0.0.0/24",  # protocol assignments; one cloud's metadata service lives here
        "192.88.99.0/24",  # 6to4 relays, retired (RFC 7526)
        "224.0.0.0/4",  # multicast
        "2001::/23",  # protocol assignments; Teredo carries an IPv4 address (RFC 4380)
        "2002::/16",  # 6to4 carries an IPv4 address (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
# All that IANA has handed out for global unicast; the rest is wrapping, local or multicast.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def may_be_dialled(address: Address, *, allowed: Iterable[Network]) -> bool:
    """Tell whether a connection to the address may be opened.

    Public addresses may, and those in the allowed networks. An IPv4 address inside an IPv6 one
    (mapped, or behind NAT64) is judged as what it is.
    """
    address = _carried(address)
    return is_public(address) or any(_holds(network, address) for network in allowed)


def is_public(address: Address) -> bool:
    """Tell whether the address belongs to the public internet, whatever it is wrapped in."""
    address = _carried(address)
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not any(_holds(network, address) for network in _NEVER_PUBLIC)


def _carried(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address reaches, or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _holds(network: Network, address: Address) -> bool:
    return network.version == address.version and address in network
