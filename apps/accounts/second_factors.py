"""Second factors and passkeys: allauth keeps them, their secrets encrypted by the keyring."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
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


class _SeenCodes:
    """Where allauth would remember codes of apps, in a cache that forgets; see `spend_code`."""

    def add(self, *_: Any, **__: Any) -> bool:
        return True


# allauth has no setting for it.
totp.cache = _SeenCodes()


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


def spend_code(app: Authenticator, code: str) -> bool:
    """Spend a code of an authenticator app; False if it, or a later one, was spent before.

    In the transaction of whatever it opens (RFC 6238 section 5.2): neither a second request at
    the same time nor a cache that forgot lets it in again.
    """
    held = Authenticator.objects.select_for_update().get(pk=app.pk)
    secret = get_adapter().decrypt(held.data["secret"])
    steps = (step for step in totp.yield_hotp_counters_from_time() if _fits(code, secret, step))
    # None is left where the clock has moved on since the code was looked at.
    step = next(steps, 0)
    if step <= held.data.get("spent_step", 0):
        return False
    held.data["spent_step"] = step
    held.save(update_fields=["data"])
    return True


def advance_counter(passkey: Authenticator, credential: Any) -> bool:
    """Keep how often a passkey has signed; False if it counts backwards, as a copy of it would.

    Passkeys that are kept in a cloud do not count, and say zero.
    """
    held = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    known = held.data.get("sign_count", held.wrap().authenticator_data.counter)
    now = webauthn.parse_authentication_response(credential).response.authenticator_data.counter
    if known == now == 0:
        return True
    if now <= known:
        return False
    held.data["sign_count"] = now
    held.save(update_fields=["data"])
    return True


def _fits(code: str, secret: str, step: int) -> bool:
    shown = totp.format_hotp_value(totp.hotp_value(secret, step))
    return bool(compare_user_code(actual=code, expected=shown))


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
