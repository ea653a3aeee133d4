"""Encryption of single values: bound to key and context, and picky about its texts."""

import secrets

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from apps.keyring.encryption import kid_of, seal, unseal
from apps.keyring.errors import CiphertextRefused
from apps.keyring.material import seal as seal_material
from apps.keyring.ring import LiveKey
from apps.keyring.types import Algorithm, Purpose

CONTEXT = b"webhooks.endpoint.secret:1"


@pytest.fixture
def key(settings: Settings) -> LiveKey:
    """A key that is in no database."""
    master_key = Fernet.generate_key().decode()
    settings.KEYRING_MASTER_KEYS = (master_key,)
    return LiveKey(
        kid="kid-1",
        purpose=Purpose.FIELD_ENCRYPTION,
        algorithm=Algorithm.A256GCM,
        sealed=seal_material(secrets.token_bytes(32), master_keys=(master_key,)),
    )


def test_token_names_its_key_in_text_that_needs_no_escaping(key: LiveKey) -> None:
    token = seal(bytes(range(256)), key=key, context=CONTEXT)

    assert kid_of(token) == "kid-1"
    assert token.decode("ascii").translate(str.maketrans("", "", ".-_=")).isalnum()


def test_every_changed_character_is_noticed(key: LiveKey) -> None:
    token = seal(b"mine", key=key, context=CONTEXT)
    # The last characters before the padding hold bits that mean nothing.
    for position in range(len(token) - 3):
        other = b"B" if token[position : position + 1] == b"A" else b"A"
        changed = token[:position] + other + token[position + 1 :]
        if kid_of(changed) == "kid-1":
            with pytest.raises(CiphertextRefused):
                unseal(changed, key=key, context=CONTEXT)


@pytest.mark.parametrize(
    "token", [b"", b".", b"kid-1", b"kid-1.", b"kid-1.AAAA", b"\xff.\xff", b"a.b.c", b"." * 99]
)
def test_text_that_is_no_ciphertext_is_refused(key: LiveKey, token: bytes) -> None:
    with pytest.raises(CiphertextRefused):
        unseal(token, key=key, context=CONTEXT)


def test_characters_slipped_in_are_noticed(key: LiveKey) -> None:
    token = seal(b"mine", key=key, context=CONTEXT)

    with pytest.raises(CiphertextRefused):
        unseal(token[:10] + b"!" + token[10:], key=key, context=CONTEXT)
