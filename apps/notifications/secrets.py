"""Accounts' secrets and tokens at rest: encrypted by the keyring, bound to their row."""

from typing import Literal

from apps.keyring.services import decrypt, encrypt
from apps.keyring.types import Purpose
from apps.notifications.models import ProviderAccount

SealedField = Literal["sealed_secret", "sealed_token"]


def seal(account: ProviderAccount, field: SealedField, value: bytes) -> None:
    """Put a value into an account as it is kept; the account is not saved yet."""
    token = encrypt(
        purpose=Purpose.PUSH_CREDENTIAL, plaintext=value, context=place_of(account, field)
    )
    setattr(account, field, token.decode())


def opened(account: ProviderAccount, field: SealedField) -> bytes:
    """Return a value of an account, b"" for none.

    Raises keyring's CiphertextRefused where it cannot be read.
    """
    sealed: str = getattr(account, field)
    if not sealed:
        return b""
    return decrypt(
        purpose=Purpose.PUSH_CREDENTIAL, token=sealed.encode(), context=place_of(account, field)
    )


def place_of(account: ProviderAccount, field: SealedField) -> bytes:
    """Return what the ciphertext of a row is bound to."""
    return f"notifications.provideraccount.{field}:{account.public_id}".encode()
