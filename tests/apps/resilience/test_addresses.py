"""The addresses that may be dialled (R2 section 1.4, R6 section 4 #32)."""

from ipaddress import ip_address, ip_network

import pytest

from apps.resilience.addresses import is_public, may_be_dialled

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
NOT_PUBLIC = [
    *("127.0.0.1", "127.255.255.254", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.88.99.1"),
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1"),
    *("::", "::1", "fe80::1", "fe80::1%1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
    *("::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2002:101:101::", "2001:0:7f00:1::1", "2001:db8::1"),
    *("100::1", "3fff::1", "5f00::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_may_be_dialled(address: str) -> None:
    assert may_be_dialled(ip_address(address), allowed=())


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_that_is_not_public_may_not_be_dialled(address: str) -> None:
    assert not is_public(ip_address(address))
    assert not may_be_dialled(ip_address(address), allowed=())


def test_allowed_network_opens_its_own_addresses_however_they_are_wrapped() -> None:
    allowed = [ip_network("127.0.0.0/8")]

    assert may_be_dialled(ip_address("127.0.0.1"), allowed=allowed)
    assert may_be_dialled(ip_address("::ffff:127.0.0.1"), allowed=allowed)
    assert not may_be_dialled(ip_address("10.0.0.1"), allowed=allowed)
    assert not may_be_dialled(ip_address("::1"), allowed=allowed)
