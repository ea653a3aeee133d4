"""The policies a password is held to."""

import pytest
from pytest_django import Settings

from apps.accounts.errors import PasswordRefused
from apps.accounts.models import User
from apps.accounts.password_policy import broken_rules, require_good


def codes_of(password: str, **user: str) -> set[str]:
    return {rule.code for rule in broken_rules(password, User(**user))}


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Quay-Lantern-7", set()),
        ("Quay-Lantern7", set()),
        ("Quay-Lant-7", {"password_too_short"}),
        ("quay-lantern-7", {"password_without_upper"}),
        ("QUAY-LANTERN-7", {"password_without_lower"}),
        ("Quay-Lantern-x", {"password_without_digit"}),
        ("QuayLantern7x9", {"password_without_special"}),
        ("Причал Фонарь 7", set()),
        ("🐎🔋📎" * 4, {f"password_without_{kind}" for kind in ("upper", "lower", "digit")}),
        ("Ada@Example.com1", {"password_too_similar"}),
        ("Aa1-" * 256, set()),
        ("Aa1-" * 256 + "x", {"password_too_long"}),
    ],
)
def test_product_asks_for_length_and_four_kinds(password: str, codes: set[str]) -> None:
    assert codes_of(password, email="ada@example.com") == codes


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("correct horse battery", set()),
        ("seven words here", set()),
        ("fifteen chars x", set()),
        ("fourteen chars", {"password_too_short"}),
        ("ada@example.com", {"password_too_similar"}),
        ("1qaz2wsx3edc4rfv", {"password_too_common"}),
        ("a" * 1024, set()),
        ("a" * 1025, {"password_too_long"}),
    ],
)
def test_nist_asks_for_length_only(password: str, codes: set[str], settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = settings.ACCOUNTS_PASSWORD_POLICIES["nist"]

    assert codes_of(password, email="ada@example.com") == codes


def test_refusal_names_each_broken_rule() -> None:
    with pytest.raises(PasswordRefused) as refusal:
        require_good("short", User())

    assert {error["code"] for error in refusal.value.errors} >= {
        "password_too_short",
        "password_without_digit",
    }
