"""Second factors and passkeys: allauth keeps them, their secrets encrypted by the keyring."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from typing_extensions import override

from apps.accounts.models import User
from apps.keyring import services as keyring
from apps.keyring.types import Purpose

# allauth does not tell for which row it encrypts.
CONTEXT = b"mfa.authenticator.data"
# Where in the data of a TOTP key, and of recovery codes, the secret lies.
_PLACES = ("secret", "seed")


class MfaAdapter(DefaultMFAAdapter):
    """Our answers to the questions allauth asks about second factors."""

    @override
    def encrypt(self, text: str) -> str:
        purpose = Purpose.FIELD_ENCRYPTION
        return keyring.encrypt(purpose=purpose, plaintext=text.encode(), context=CONTEXT).decode()

    @override
    def decrypt(self, encrypted_text: str) -> str:
        purpose, token = Purpose.FIELD_ENCRYPTION, encrypted_text.encode()
        return keyring.decrypt(purpose=purpose, token=token, context=CONTEXT).decode()

    @override
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Not the Host header: a passkey belongs to the one name people see (WebAuthn 5.1.3).
        return {"id": urlsplit(settings.BASE_URL).hostname or "localhost", "name": "Mainstay"}

    @override
    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        # The handle leads back to the row; nothing else in it is about the person (14.6.1).
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.name or str(user)}


class SealedSecrets(QuerySet[Authenticator]):
    """Authenticators with their encrypted secret as a column of its own, named ``sealed``."""

    @override
    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Write the secrets back to where they lie in the data."""
        rows = list(objs)
        for row in rows:
            place = next(place for place in _PLACES if place in row.data)
            row.data[place] = row.sealed
        return super().bulk_update(rows, ["data"], batch_size)


def sealed_secrets() -> QuerySet[Authenticator]:
    """Return all authenticators that have a secret; public keys need none."""
    places = [KeyTextTransform(place, "data") for place in _PLACES]
    rows: QuerySet[Authenticator] = SealedSecrets(Authenticator).exclude(type="webauthn")
    sealed: QuerySet[Authenticator] = rows.annotate(sealed=Coalesce(*places))
    return sealed
