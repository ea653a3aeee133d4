"""Encryption of single values: AES-256-GCM, bound to the place the value belongs to.

A token is ``<kid>.<base64url of nonce and ciphertext>``. Nonces are 96 random bits, so a key is
good for 2**32 values (NIST SP 800-38D section 8.3).
"""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from apps.keyring.errors import CiphertextRefused
from apps.keyring.ring import LiveKey

_NONCE_BYTES = 12


def kid_of(token: bytes) -> str:
    """Return the id of the key a token was made with, "" where it has none."""
    kid, separator, _ = token.partition(b".")
    return kid.decode("ascii", "replace") if separator else ""


def seal(plaintext: bytes, *, key: LiveKey, context: bytes) -> bytes:
    """Encrypt a value so that it opens only with the same key in the same context."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    ciphertext = AESGCM(key.secret).encrypt(nonce, plaintext, _bound_to(key, context))
    return key.kid.encode() + b"." + base64.urlsafe_b64encode(nonce + ciphertext)


def unseal(token: bytes, *, key: LiveKey, context: bytes) -> bytes:
    """Decrypt a value; raises CiphertextRefused if it was changed or moved."""
    try:
        sealed = base64.b64decode(token.partition(b".")[2], altchars=b"-_", validate=True)
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(key.secret).decrypt(nonce, ciphertext, _bound_to(key, context))
    except (InvalidTag, binascii.Error, ValueError):
        raise CiphertextRefused(
            "The value was changed, or belongs to another row than the one it was read from."
        ) from None


def _bound_to(key: LiveKey, context: bytes) -> bytes:
    return b"\0".join((key.purpose.encode(), key.kid.encode(), context))
