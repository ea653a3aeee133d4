"""Answers kept by the API words for repeated requests: encrypted here, by a key of their own."""

from dataclasses import dataclass

from apps.api.kept_answers import place_of
from apps.api.models import IdempotentAnswer
from apps.keyring.ports import EncryptedColumn
from apps.keyring.services import decrypt, encrypt
from apps.keyring.types import Purpose


@dataclass(frozen=True)
class KeyringCipher:
    """Encrypts answers with the keyring, each bound to its row."""

    name: str = "keyring"

    def seal(self, answer: bytes, *, place: bytes) -> bytes:
        """Encrypt an answer."""
        return encrypt(purpose=Purpose.IDEMPOTENT_ANSWER, plaintext=answer, context=place)

    def unseal(self, sealed: bytes, *, place: bytes) -> bytes:
        """Decrypt an answer; raises CiphertextRefused."""
        return decrypt(purpose=Purpose.IDEMPOTENT_ANSWER, token=sealed, context=place)


KEPT_ANSWERS = EncryptedColumn(
    name="api.idempotentanswer.sealed",
    purpose=Purpose.IDEMPOTENT_ANSWER,
    rows=IdempotentAnswer.objects.all,
    field="sealed",
    is_binary=True,
    context=place_of,
)
