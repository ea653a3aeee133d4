"""Who the client is: only trusted proxies are believed."""

import pytest
from pytest_django import Settings

from apps.kernel.addresses import client_address, is_within

PEER = "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, PEER),
        (0, "203.0.113.9", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "forged, forged,203.0.113.9 ", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        # Fewer entries than proxies: the request has gone around one of them.
        (2, "203.0.113.9", PEER),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "not an address", PEER),
        (1, "203.0.113.9, <script>", PEER),
        (1, "203.0.113.9" + "," * 100_000, PEER),
        (1, "1" * 100_000, PEER),
    ],
)
def test_client_is_who_the_trusted_proxies_saw(
    proxies: int, forwarded: str | None, address: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    meta = {"REMOTE_ADDR": PEER}
    if forwarded is not None:
        meta["HTTP_X_FORWARDED_FOR"] = forwarded

    assert client_address(meta) == address


@pytest.mark.parametrize("peer", ["", "unix:", "nonsense"])
def test_peer_without_address_is_nobody(peer: str) -> None:
    assert client_address({"REMOTE_ADDR": peer}) == ""


@pytest.mark.parametrize(
    ("address", "is_inside"),
    [
        ("10.1.2.3", True),
        ("::1", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("::2", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_address_lies_within_networks(address: str, is_inside: bool) -> None:
    assert is_within(address, ("10.0.0.0/8", "::1/128")) is is_inside


def test_nobody_lies_within_no_networks() -> None:
    assert not is_within("127.0.0.1", ())
