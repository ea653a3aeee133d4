"""The platform's public keys in the forms that receivers read."""

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from apps.keyring.types import PublicKey
from apps.webhooks.signing import shown_public


def published(key: PublicKey) -> dict[str, Any]:
    """Return a key as Standard Webhooks writes it, and as a JSON Web Key (RFC 8037)."""
    raw = _raw(key)
    return {
        "kid": key.kid,
        "state": key.state.value,
        "public_key": shown_public(raw),
        "jwk": {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": urlsafe_b64encode(raw).rstrip(b"=").decode(),
            "kid": key.kid,
            "use": "sig",
            "alg": "EdDSA",
        },
    }


def _raw(key: PublicKey) -> bytes:
    public = serialization.load_pem_public_key(key.pem.encode())
    assert isinstance(public, Ed25519PublicKey)
    return public.public_bytes_raw()
