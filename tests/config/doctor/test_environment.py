"""The doctor's judgement of the environment and its secrets."""

import pytest

from config.doctor.environment import EnvironmentExamination, password_finding, random_finding
from config.env import variables

ABOUT = variables()["SECRET_KEY"]


@pytest.mark.parametrize(
    ("secret", "is_well"),
    [
        ("pT7vQ2mXc9RbL4kWz8NfJ1hYs6GdA3uE5oCiKxVqBnMwZtPrDyHj", True),
        ("x", False),
        ("ab" * 40, False),
    ],
)
def test_a_secret_is_strong_if_long_and_varied(secret: str, *, is_well: bool) -> None:
    finding = random_finding("SECRET_KEY", secret, ABOUT)

    assert finding.is_well is is_well
    assert secret not in finding.what + finding.cure


@pytest.mark.parametrize(
    ("url", "is_well"),
    [
        ("postgresql://mainstay:k3TnVx8QwLz5RmYbJ2pD@db/x", True),
        ("postgresql://mainstay:secret@db/x", False),
        ("postgresql://mainstay:mainstay@db/x", False),
        ("postgresql://mainstay@db/x", False),
    ],
)
def test_a_servers_password_is_strong_if_long_and_no_word(url: str, *, is_well: bool) -> None:
    assert password_finding("DATABASE_URL", url).is_well is is_well


def test_the_secrets_of_the_tests_are_strong() -> None:
    assert all(finding.is_well for finding in EnvironmentExamination().examine())
