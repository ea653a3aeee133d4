"""Signing as Standard Webhooks 1.0.0 says: HMAC-SHA256 over id, timestamp and the exact body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

SECRET_PREFIX = "whsec_"  # noqa: S105  the prefix of one, as the standard has it
SECRET_BYTES = 32


def new_secret() -> bytes:
    """Return a new random secret; the standard asks for 24 to 64 bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """Return a secret as its owner pastes it into a receiver: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signature_header(
    secrets_alive: Iterable[bytes], *, message_id: str, timestamp: int, body: bytes
) -> str:
    """Return the ``webhook-signature`` header: one ``v1,<base64>`` per living secret."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
        for secret in secrets_alive
    )
