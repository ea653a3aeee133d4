"""Which sites' pages may ask: those that are named, and on request those of this machine."""

import pytest

from apps.api.origins import is_among

SITES = ("https://app.example.com",)


@pytest.mark.parametrize(
    ("origin", "allows_local", "expected"),
    [
        ("https://app.example.com", False, True),
        ("https://app.example.com.evil.example", True, False),
        ("http://app.example.com", True, False),
        ("null", True, False),
        ("", True, False),
        ("http://localhost:3000", True, True),
        ("http://[::1]:3000", True, True),
        ("http://127.0.0.1:3000", False, False),
        ("http://[nonsense", True, False),
    ],
)
def test_only_named_sites_and_this_machine_may_ask(
    origin: str, allows_local: bool, expected: bool
) -> None:
    assert is_among(origin, SITES, allows_local=allows_local) is expected
