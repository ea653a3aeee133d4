"""The doors of the keyring: what a key protects, and the steps of its life."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from apps.keyring.errors import (
    CiphertextRefused,
    SignatureRefused,
    TokenRefused,
)
from apps.keyring.models import Key
from apps.keyring.ring import ring
from apps.keyring.selectors import public_keys
from apps.keyring.services import (
    activate_key,
    add_key,
    decrypt,
    encrypt,
    retire_key,
    revoke_key,
    sign,
    sign_token,
    signers,
    verify,
    verify_token,
)
from apps.keyring.types import Purpose, Signature, State

pytestmark = pytest.mark.django_db

ENCRYPTING = [Purpose.FIELD_ENCRYPTION, Purpose.WEBHOOK_SECRET]
CONTEXT = b"webhooks.endpoint.secret:1"
ELSEWHERE = b"webhooks.endpoint.secret:2"


def kid_of(token: bytes) -> str:
    return token.partition(b".")[0].decode()


def state_of(kid: str) -> str:
    return Key.objects.get(kid=kid).state


@pytest.mark.parametrize("purpose", ENCRYPTING)
@pytest.mark.parametrize("plaintext", [b"", b"whsec_abc", bytes(range(256)) * 64])
def test_encrypted_value_is_read_again_in_its_place(purpose: Purpose, plaintext: bytes) -> None:
    token = encrypt(purpose=purpose, plaintext=plaintext, context=CONTEXT)

    assert decrypt(purpose=purpose, token=token, context=CONTEXT) == plaintext
    assert plaintext == b"" or plaintext not in token


def test_same_value_looks_different_each_time() -> None:
    tokens = {
        encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"same", context=CONTEXT)
        for _ in range(10)
    }

    assert len(tokens) == 10


def test_ciphertext_cannot_be_moved_to_another_row() -> None:
    token = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"mine", context=CONTEXT)

    with pytest.raises(CiphertextRefused):
        decrypt(
            purpose=Purpose.FIELD_ENCRYPTION, token=token, context=b"webhooks.endpoint.secret:2"
        )


def test_ciphertext_cannot_be_moved_to_another_purpose() -> None:
    token = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"mine", context=CONTEXT)

    with pytest.raises(CiphertextRefused):
        decrypt(purpose=Purpose.WEBHOOK_SECRET, token=token, context=CONTEXT)


@pytest.mark.parametrize("token", [b"", b".", b"abc", b"abc.", b"\xff.\xff", b"a.b.c"])
def test_text_without_a_known_key_is_refused(token: bytes) -> None:
    with pytest.raises(CiphertextRefused):
        decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=token, context=CONTEXT)


def test_signature_belongs_to_its_message_key_and_purpose() -> None:
    signature = sign(purpose=Purpose.SIGNED_URL, message=b"/files/1")

    verify(purpose=Purpose.SIGNED_URL, message=b"/files/1", signature=signature)
    forgeries = [
        (b"/files/2", signature),
        (b"/files/1", Signature(kid=signature.kid, value=b"")),
        (b"/files/1", Signature(kid="unknown", value=signature.value)),
    ]
    for message, forgery in forgeries:
        with pytest.raises(SignatureRefused):
            verify(purpose=Purpose.SIGNED_URL, message=message, signature=forgery)


def test_key_of_one_purpose_verifies_nothing_of_another() -> None:
    token = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"x", context=CONTEXT)
    signature = Signature(kid=kid_of(token), value=b"x")

    with pytest.raises(SignatureRefused):
        verify(purpose=Purpose.SIGNED_URL, message=b"x", signature=signature)


def test_new_key_takes_over_and_the_former_still_decrypts() -> None:
    before = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"old", context=CONTEXT)

    activate_key(kid=add_key(purpose=Purpose.FIELD_ENCRYPTION))
    ring.forget()
    after = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"new", context=CONTEXT)

    assert kid_of(before) != kid_of(after)
    assert state_of(kid_of(before)) == State.RETIRING
    assert decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=before, context=CONTEXT) == b"old"


def test_revoked_key_decrypts_verifies_and_signs_nothing() -> None:
    token = encrypt(purpose=Purpose.FIELD_ENCRYPTION, plaintext=b"x", context=CONTEXT)
    signature = sign(purpose=Purpose.SIGNED_URL, message=b"x")
    access = sign_token(claims={"sub": "a"}, audience="api", lifetime=timedelta(minutes=1))
    verify_token(access, audience="api")

    for key in Key.objects.exclude(state=State.REVOKED):
        revoke_key(kid=key.kid, is_forced=True)
    ring.forget()

    with pytest.raises(CiphertextRefused):
        decrypt(purpose=Purpose.FIELD_ENCRYPTION, token=token, context=CONTEXT)
    with pytest.raises(SignatureRefused):
        verify(purpose=Purpose.SIGNED_URL, message=b"x", signature=signature)
    with pytest.raises(TokenRefused):
        verify_token(access, audience="api")


def test_retired_key_is_followed_by_a_new_one_at_the_next_use(transactional_db: None) -> None:
    signature = sign(purpose=Purpose.SIGNED_URL, message=b"x")

    retire_key(kid=signature.kid)

    assert sign(purpose=Purpose.SIGNED_URL, message=b"x").kid != signature.kid
    verify(purpose=Purpose.SIGNED_URL, message=b"x", signature=signature)


def test_active_and_retiring_keys_sign_for_those_who_know_their_public_halves() -> None:
    purpose = Purpose.WEBHOOK_SIGNATURE
    retiring, active, _following = (add_key(purpose=purpose) for _ in range(3))
    activate_key(kid=retiring)
    activate_key(kid=active)
    ring.forget()
    public = {key.kid: key.pem for key in public_keys(purpose=purpose)}

    signatures = [sign_by(b"message") for sign_by in signers(purpose=purpose)]

    for kid, signature in zip((active, retiring), signatures, strict=False):
        key = load_pem_public_key(public[kid].encode())
        assert isinstance(key, Ed25519PublicKey)
        key.verify(signature, b"message")
    revoke_key(kid=retiring)
    ring.forget()
    assert len(signers(purpose=purpose)) == len(signatures) - 1


def test_first_signature_makes_the_first_key() -> None:
    assert signers(purpose=Purpose.WEBHOOK_SIGNATURE)
