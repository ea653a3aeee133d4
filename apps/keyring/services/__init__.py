"""The doors of the keyring: use keys, and move them through their life."""

from apps.keyring.services.life import activate_key, add_key, retire_key, revoke_key
from apps.keyring.services.reencryption import reencrypt
from apps.keyring.services.use import (
    codes,
    decrypt,
    encrypt,
    sign,
    sign_token,
    signers,
    verify,
    verify_token,
)

__all__ = [
    "activate_key",
    "add_key",
    "codes",
    "decrypt",
    "encrypt",
    "reencrypt",
    "retire_key",
    "revoke_key",
    "sign",
    "sign_token",
    "signers",
    "verify",
    "verify_token",
]
