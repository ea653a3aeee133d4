"""Tokens for django-allauth: access tokens from the keyring, rotating refresh tokens."""

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy


class KeyringTokenStrategy(SessionTokenStrategy):  # type: ignore[misc]  # allauth is untyped
    """Issues the tokens a phone uses."""
