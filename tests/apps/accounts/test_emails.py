"""The canonical form of e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.emails import canonical_email


@pytest.mark.parametrize(
    "spelling",
    [
        "ada@example.com",
        "ADA@Example.COM",
        "  ada@example.com\t",
        "\uff41da@example.com",
        "ada@\uff45xample.com",
    ],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert canonical_email(spelling) == "ada@example.com"


def test_composed_and_decomposed_letters_are_one() -> None:
    assert canonical_email("zo\u00eb@example.com") == canonical_email("zoe\u0308@example.com")


@given(st.text())
def test_canonical_form_is_its_own_canonical_form(text: str) -> None:
    assert canonical_email(canonical_email(text)) == canonical_email(text)
