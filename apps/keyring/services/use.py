"""What keys are for: encrypt, sign and issue tokens with the active one, accept any live one."""

import contextvars
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from apps.kernel import clock
from apps.kernel.ids import new_id
from apps.keyring import encryption, tokens
from apps.keyring.errors import CiphertextRefused, SignatureRefused
from apps.keyring.ring import LiveKey, ring
from apps.keyring.services.life import make_first_key
from apps.keyring.types import Purpose, Signature, Signer
from apps.keyring.verified import verified_tokens


def encrypt(*, purpose: Purpose, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt a value with the active key of a purpose.

    ``context`` names the place the value belongs to (table, column and row): the result opens
    nowhere else. The result is text-safe ASCII that begins with the key's id.
    """
    return encryption.seal(plaintext, key=_active(purpose), context=context)


def decrypt(*, purpose: Purpose, token: bytes, context: bytes) -> bytes:
    """Decrypt what `encrypt` made for the same purpose and context.

    Raises CiphertextRefused if it was changed or moved, or if its key is unknown or revoked.
    """
    key = ring.find(purpose, encryption.kid_of(token))
    if key is None:
        raise CiphertextRefused("The value's key is unknown or was revoked.")
    return encryption.unseal(token, key=key, context=context)


def sign(*, purpose: Purpose, message: bytes) -> Signature:
    """Return a message authentication code made with the active key of a purpose."""
    key = _active(purpose)
    return Signature(kid=key.kid, value=_mac(key, message))


def verify(*, purpose: Purpose, message: bytes, signature: Signature) -> None:
    """Raise SignatureRefused unless the signature was made here for this message."""
    key = ring.find(purpose, signature.kid)
    if key is None:
        raise SignatureRefused("The signature's key is unknown or was revoked.")
    if not hmac.compare_digest(_mac(key, message), signature.value):
        raise SignatureRefused("The signature does not belong to the message.")


def codes(*, purpose: Purpose, message: bytes) -> Iterator[bytes]:
    """Yield the codes that the live keys of a purpose make of a message, the active one's first.

    For codes that are cut too short to name the key that made them.
    """
    active = _active(purpose)
    yield _mac(active, message)
    for key in ring.signing(purpose):
        if key.kid != active.kid:
            yield _mac(key, message)


def signers(*, purpose: Purpose) -> tuple[Signer, ...]:
    """Return what signs a message with each key of an Ed25519 purpose that others may know.

    The active key signs first, then the retiring ones, so that whoever has not read the published
    keys again verifies one of the signatures. A signer asks no database, so it does not notice
    that its key is revoked: fetch them anew for each piece of work.
    """
    _active(purpose)
    return tuple(_signer(key) for key in ring.signing(purpose))


def sign_token(*, claims: Mapping[str, Any], audience: str, lifetime: timedelta) -> str:
    """Return an access token (RFC 9068) with these claims; ``sub`` must be among them."""
    issued_at = int(clock.now().timestamp())
    standard = {
        "iss": settings.BASE_URL,
        "aud": audience,
        "iat": issued_at,
        "exp": issued_at + int(lifetime.total_seconds()),
        "jti": str(new_id()),
    }
    return tokens.encode({**claims, **standard}, key=_active(Purpose.JWT))


def verify_token(token: str, *, audience: str) -> Mapping[str, Any]:
    """Return the claims of a token issued here for this audience.

    Raises TokenRefused for every other input, however hostile. A token seen before costs a
    look-up instead of a signature check, until it expires or any key changes.
    """
    return verified_tokens.claims_of(
        token,
        audience=audience,
        generation=ring.fresh_generation(),
        decode=lambda: tokens.decode(
            token,
            find_key=lambda kid: ring.find(Purpose.JWT, kid),
            audience=audience,
            issuer=settings.BASE_URL,
        ),
    )


def _signer(key: LiveKey) -> Signer:
    private = key.private_key
    assert isinstance(private, Ed25519PrivateKey), f"{key.purpose} keys are not Ed25519 keys."
    return private.sign


def _active(purpose: Purpose) -> LiveKey:
    key = ring.active(purpose)
    if key is None:
        _run_in_own_transaction(lambda: make_first_key(purpose=purpose))
        ring.forget()
        key = ring.active(purpose)
    assert key is not None
    return key


def _run_in_own_transaction(work: Callable[[], None]) -> None:
    """Run work on a connection of its own.

    A first key that vanished with the transaction of whoever happened to need it would make
    unreadable what others have encrypted with it in the meantime.
    """

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        # What is announced there still belongs to the request it was done for.
        pool.submit(contextvars.copy_context().run, run).result()


def _mac(key: LiveKey, message: bytes) -> bytes:
    return hmac.new(key.secret, message, hashlib.sha256).digest()
