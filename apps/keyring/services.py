"""The doors of the keyring: encrypt, sign and issue tokens, and move keys through their life."""

import contextvars
import hashlib
import hmac
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from apps.events.services import announce
from apps.kernel import clock
from apps.kernel.errors import NotFound
from apps.kernel.ids import new_id
from apps.keyring import encryption, material, tokens
from apps.keyring.errors import CiphertextRefused, KeyStateConflict, SignatureRefused
from apps.keyring.events import KeyActivated, KeyAdded, KeyRetired, KeyRevoked
from apps.keyring.models import Key
from apps.keyring.ring import LiveKey, ring
from apps.keyring.types import Purpose, Signature, State
from apps.keyring.verified import verified_tokens

_log = structlog.get_logger("keyring")


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


@transaction.atomic
def add_key(*, purpose: Purpose) -> str:
    """Make a key that every process learns of before it is used; return its id.

    Announces KeyAdded.
    """
    key = _made(purpose, State.NEXT)
    announce(KeyAdded(kid=key.kid, purpose=purpose))
    return key.kid


@transaction.atomic
def activate_key(*, kid: str) -> None:
    """Let a key sign and encrypt from now on; the one before it only verifies and decrypts.

    Raises KeyStateConflict unless the key is ``next``. Announces KeyRetired and KeyActivated.
    """
    key = _locked(kid)
    _expect(key, State.NEXT)
    for former in Key.objects.filter(purpose=key.purpose, state=State.ACTIVE):
        _retire(former)
    _move(key, State.ACTIVE)
    announce(KeyActivated(kid=kid, purpose=key.purpose))


@transaction.atomic
def retire_key(*, kid: str) -> None:
    """Let the active key only verify and decrypt; the next use of its purpose makes a new one.

    Raises KeyStateConflict unless the key is ``active``. Announces KeyRetired.
    """
    key = _locked(kid)
    _expect(key, State.ACTIVE)
    _retire(key)


@transaction.atomic
def revoke_key(*, kid: str) -> None:
    """Refuse a key everywhere, in less than a second. What it encrypted cannot be read again.

    Raises KeyStateConflict if it is revoked already. Announces KeyRevoked.
    """
    key = _locked(kid)
    _expect(key, State.NEXT, State.ACTIVE, State.RETIRING)
    _move(key, State.REVOKED)
    announce(KeyRevoked(kid=kid, purpose=key.purpose))


def _active(purpose: Purpose) -> LiveKey:
    key = ring.active(purpose)
    if key is None:
        _run_in_own_transaction(lambda: _make_first_key(purpose))
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


def _make_first_key(purpose: Purpose) -> None:
    try:
        with transaction.atomic():
            key = _made(purpose, State.ACTIVE)
            announce(KeyActivated(kid=key.kid, purpose=purpose))
    except IntegrityError:
        # Another process was first; the unique constraint let only one of us through.
        return


def _made(purpose: Purpose, state: State) -> Key:
    algorithm = material.ALGORITHMS[purpose]
    secret, public = material.new_material(algorithm)
    key = Key.objects.create(
        purpose=purpose,
        kid=material.new_kid(),
        algorithm=algorithm,
        state=state,
        material=material.seal(secret, master_keys=settings.KEYRING_MASTER_KEYS),
        public_material=public,
        activated_at=clock.now() if state is State.ACTIVE else None,
    )
    _log.info("key.made", kid=key.kid, purpose=purpose, state=state)
    return key


def _locked(kid: str) -> Key:
    purpose = Key.objects.filter(kid=kid).values_list("purpose", flat=True).first()
    # All keys of the purpose, in one order, so that two operators cannot activate two keys.
    keys = Key.objects.select_for_update().filter(purpose=purpose).order_by("id")
    for key in keys:
        if key.kid == kid:
            return key
    raise NotFound(f"There is no key {kid!r}; `manage.py keys list` shows those there are.")


def _expect(key: Key, *states: State) -> None:
    if key.state not in states:
        wanted = " or ".join(states)
        raise KeyStateConflict(f"Key {key.kid} is {key.state}; this step needs {wanted}.")


def _retire(key: Key) -> None:
    _move(key, State.RETIRING)
    announce(KeyRetired(kid=key.kid, purpose=key.purpose))


def _move(key: Key, state: State) -> None:
    key.state = state
    setattr(key, f"{state}_at" if state != State.ACTIVE else "activated_at", clock.now())
    key.save()
    transaction.on_commit(ring.forget)
    _log.info("key.moved", kid=key.kid, purpose=key.purpose, state=state)


def _mac(key: LiveKey, message: bytes) -> bytes:
    return hmac.new(key.secret, message, hashlib.sha256).digest()
