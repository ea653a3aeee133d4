"""Refresh tokens as texts: 256 random bits, kept only as their hash."""

import hashlib
import secrets


def new_token() -> str:
    """Return a new token; nobody can guess it, and it says nothing."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what is stored of a token. SHA-256 is enough: there is nothing to guess in it."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
