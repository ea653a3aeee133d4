"""Checking a URL at registration."""

import socket
import threading
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from apps.resilience import outbound_urls
from apps.resilience.errors import ForbiddenAddress, UnusableUrl
from apps.resilience.services import check_url

FORBIDDEN = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::1]/",
    "http://①②⑦.0.0.1/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127。0。0。1/",
    "http://⑯⑨。②⑤④。⑯⑨｡②⑤④/",
    "http://localhost/",
    "http://LOCALHOST:8000/",
    "http://0.0.0.0/",
]
UNUSABLE = [
    "",
    "hooks.example.com",
    "//1.1.1.1/",
    "http:///path",
    "http:/1.1.1.1/",
    "ftp://1.1.1.1/",
    "file:///etc/passwd",
    "gopher://1.1.1.1/",
    "javascript:alert(1)",
    "http://user@1.1.1.1/",
    "http://user:secret@1.1.1.1/",
    "http://@1.1.1.1/",
    "http://1.1.1.1/#part",
    "http://1.1.1.1/#",
    "http://1.1.1.1:0/",
    "http://1.1.1.1:99999/",
    "http://1.1.1.1:x/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://127.1/",
    "http://0/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://١٢٧.0.0.1/",
    "http://localhost./",
    "http://%31%32%37.0.0.1/",
    "http://1.1.1.1%00.example.com/",
    "http://[fe80::1%25eth0]/",
    "http://a..b/",
    "http://-a.example/",
    "http://xn--/",
    "http://1.1.1.1\\@127.0.0.1/",
    "http://1.1.1.1/a b",
    "http://1.1.1.1/\r\nHost: other",
    "http://1.1.1.1\t/",
    "http://1.1.1.1/\x00",
    "http://\u202e.example/",
    "https://1.1.1.1/" + "a" * 2048,
    "http://" + "a" * 64 + ".example/",
    "http://no-such-host.invalid/",
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_url_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddress) as refusal:
        check_url(url)

    assert refusal.value.status == 422
    assert refusal.value.code == "resilience.forbidden_address"


@pytest.mark.parametrize("url", UNUSABLE)
def test_url_of_unacceptable_form_is_refused(url: str) -> None:
    with pytest.raises(UnusableUrl) as refusal:
        check_url(url)

    assert refusal.value.status == 422


def test_public_url_is_returned_in_normal_form() -> None:
    assert check_url("HTTPS://1.1.1.1:443/Päth?q=ü") == "https://1.1.1.1/P%C3%A4th?q=%C3%BC"


def test_any_other_port_may_be_used() -> None:
    assert check_url("http://1.1.1.1:8443/") == "http://1.1.1.1:8443/"


def test_plain_http_is_refused_where_https_is_required(settings: Settings) -> None:
    settings.OUTBOUND_REQUIRES_HTTPS = True

    assert check_url("https://1.1.1.1/")
    with pytest.raises(UnusableUrl):
        check_url("http://1.1.1.1/")


def test_allowed_network_admits_a_local_receiver(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8", "::1/128")

    assert check_url("http://127.0.0.1:9000/hook") == "http://127.0.0.1:9000/hook"
    assert check_url("http://localhost:9000/hook")
    with pytest.raises(ForbiddenAddress):
        check_url("http://10.0.0.1/")


def test_name_with_one_inner_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _answering("93.184.216.34", "10.0.0.1"))

    with pytest.raises(ForbiddenAddress):
        check_url("https://hooks.example/")


def test_name_server_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(30))
    monkeypatch.setattr(outbound_urls, "RESOLVE_SECONDS", 0.1)

    with pytest.raises(UnusableUrl, match="could not be resolved"):
        check_url("https://hooks.example/")
    released.set()


def _answering(*addresses: str) -> Any:
    return lambda *_, **__: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses
    ]
