"""The memory of verified tokens: quick, bounded, and void when keys change."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.kernel import clock
from apps.keyring.verified import VerifiedTokens


def counting(claims: Mapping[str, Any]) -> tuple[Callable[[], Mapping[str, Any]], list[int]]:
    """Return a decoder of these claims, and the list that grows with each call of it."""
    calls: list[int] = []

    def decode() -> Mapping[str, Any]:
        calls.append(1)
        return claims

    return decode, calls


def live() -> dict[str, Any]:
    return {"exp": clock.now().timestamp() + 60}


def test_token_is_decoded_once() -> None:
    tokens = VerifiedTokens()
    decode, calls = counting(live())

    for _ in range(3):
        tokens.claims_of("token", audience="api", generation=1, decode=decode)

    assert len(calls) == 1


def test_token_is_decoded_again_for_another_audience_or_after_a_change_of_keys() -> None:
    tokens = VerifiedTokens()
    decode, calls = counting(live())

    tokens.claims_of("token", audience="api", generation=1, decode=decode)
    tokens.claims_of("token", audience="other", generation=1, decode=decode)
    tokens.claims_of("token", audience="api", generation=2, decode=decode)

    assert len(calls) == 3


def test_expired_claims_are_not_remembered_as_valid() -> None:
    tokens = VerifiedTokens()
    decode, calls = counting({"exp": clock.now().timestamp() - 1})

    for _ in range(2):
        tokens.claims_of("token", audience="api", generation=1, decode=decode)

    assert len(calls) == 2


def test_memory_is_bounded() -> None:
    tokens = VerifiedTokens(capacity=10)
    decode, _ = counting(live())

    for number in range(100):
        tokens.claims_of(str(number), audience="api", generation=1, decode=decode)

    assert len(tokens) == 10
