"""Signing as Standard Webhooks 1.0.0 says, over id, timestamp and the exact body.

``v1`` is HMAC-SHA256 with a secret of the endpoint; ``v1a`` is Ed25519 with a key of ours, whose
public half everybody may have.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import lru_cache

from apps.keyring.types import Signer

SECRET_PREFIX = "whsec_"  # noqa: S105  the prefix of one, as the standard has it
PUBLIC_KEY_PREFIX = "whpk_"
SECRET_BYTES = 32


def new_secret() -> bytes:
    """Return a new random secret; the standard asks for 24 to 64 bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """Return a secret as its owner pastes it into a receiver: ``whsec_`` and base64."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def shown_public(key: bytes) -> str:
    """Return a public Ed25519 key as the standard writes it: ``whpk_`` and base64."""
    return PUBLIC_KEY_PREFIX + base64.b64encode(key).decode()


def signature_header(
    secrets_alive: Iterable[bytes],
    *,
    message_id: str,
    timestamp: int,
    body: bytes,
    signers: Iterable[Signer] = (),
) -> str:
    """Return the ``webhook-signature`` header: ``v1`` per living secret, then ``v1a`` per signer.

    Each is its version, a comma and base64; a receiver is content with any that it can verify.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = [
        "v1," + base64.b64encode(_hmac_sha256(secret, content)).decode() for secret in secrets_alive
    ]
    signatures += ["v1a," + base64.b64encode(sign(content)).decode() for sign in signers]
    return " ".join(signatures)


def _hmac_sha256(secret: bytes, content: bytes) -> bytes:
    signing = _begun(secret).copy()
    signing.update(content)
    return signing.digest()


@lru_cache(maxsize=1024)
def _begun(secret: bytes) -> hmac.HMAC:
    """Return a signature of nothing yet: taking in the key costs as much as a whole message."""
    return hmac.new(secret, digestmod=hashlib.sha256)
