"""Refresh tokens as texts."""

from apps.accounts.refresh_tokens import hash_of, new_token


def test_tokens_do_not_repeat_and_need_no_escaping() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(len(token) == 43 for token in tokens)


def test_hash_fits_its_column_whatever_is_sent() -> None:
    assert len(hash_of("")) == len(hash_of("\ud800")) == len(hash_of("a" * 10_000)) == 32
    assert hash_of("a") != hash_of("b")
