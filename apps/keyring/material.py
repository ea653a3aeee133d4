"""The bytes of keys: made at random per algorithm, stored only encrypted with the master keys."""

import secrets
from collections.abc import Callable, Sequence
from typing import cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.types import Algorithm, Purpose

ALGORITHMS = {
    Purpose.JWT: Algorithm.ES256,
    Purpose.FIELD_ENCRYPTION: Algorithm.A256GCM,
    Purpose.SIGNED_URL: Algorithm.HMAC_SHA256,
    Purpose.IDEMPOTENT_ANSWER: Algorithm.A256GCM,
    Purpose.WEBHOOK_SECRET: Algorithm.A256GCM,
    Purpose.WEBHOOK_SIGNATURE: Algorithm.ED25519,
    Purpose.PUSH_CREDENTIAL: Algorithm.A256GCM,
    Purpose.SYNC_CHECKPOINT: Algorithm.HMAC_SHA256,
}

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
_GENERATORS: dict[Algorithm, Callable[[], PrivateKey]] = {
    Algorithm.ES256: lambda: ec.generate_private_key(ec.SECP256R1()),
    Algorithm.ED25519: ed25519.Ed25519PrivateKey.generate,
}


def new_kid() -> str:
    """Return a new key id: 12 characters that need no escaping in URLs, headers and shells."""
    while True:
        kid = secrets.token_urlsafe(9)
        # A dash in front would be read as an option on the command line.
        if not kid.startswith("-"):
            return kid


def new_material(algorithm: Algorithm) -> tuple[bytes, str]:
    """Return fresh secret material and, for asymmetric algorithms, the public half as PEM."""
    if algorithm not in _GENERATORS:
        return secrets.token_bytes(32), ""
    private = _GENERATORS[algorithm]()
    secret = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return secret, public.decode()


def private_key(secret: bytes) -> PrivateKey:
    """Return the signing key that `new_material` made for an asymmetric algorithm."""
    return cast("PrivateKey", serialization.load_der_private_key(secret, password=None))


def seal(secret: bytes, *, master_keys: Sequence[str]) -> bytes:
    """Encrypt material with the first master key."""
    return _master(master_keys).encrypt(secret)


def unseal(sealed: bytes, *, master_keys: Sequence[str]) -> bytes:
    """Decrypt material with whichever master key fits; raises MasterKeyMissing where none does."""
    try:
        return _master(master_keys).decrypt(sealed)
    except InvalidToken:
        raise MasterKeyMissing(
            "KEYRING_MASTER_KEY, or the file or secret in its place, lacks the key that encrypted "
            "this key; append the former one, separated by a comma."
        ) from None


def _master(master_keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in master_keys])
