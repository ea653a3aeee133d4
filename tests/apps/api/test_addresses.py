"""Where a request comes from: only trusted proxies are believed."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from apps.api.addresses import client_address, client_network

PEER = "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PEER),
        (0, "203.0.113.9", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (1, "forged, forged,203.0.113.9 ", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        # Fewer entries than proxies: the request has gone around one of them.
        (2, "203.0.113.9", PEER),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "not an address", PEER),
        (1, "203.0.113.9, <script>", PEER),
        (1, "203.0.113.9" + "," * 100_000, PEER),
    ],
)
def test_only_the_trusted_hops_count(
    settings: Settings, rf: RequestFactory, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}

    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR=PEER)) == address


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_limits_are_counted_per_network(rf: RequestFactory, peer: str, network: str) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR=peer)) == network
