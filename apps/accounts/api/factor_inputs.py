"""What the routes of second factors accept: codes spent for good, passkeys nobody copied."""

from typing import Any

from allauth.headless.mfa import inputs
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from apps.accounts import services
from apps.accounts.second_factors import advance_counter, spend_code


class _SpentCode:
    """Spends a code of an app where allauth only looks at it."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form it is mixed into
        if self.authenticator.type == "totp" and not spend_code(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateInput(_SpentCode, inputs.AuthenticateInput):
    """A code of an authenticator app, or a recovery code."""


class ReauthenticateInput(_SpentCode, inputs.ReauthenticateInput):
    """A code once more, before something delicate."""


class _CountedPasskey:
    """Refuses a passkey that counts backwards (WebAuthn 3 section 7.2, step 22)."""

    data: Any

    def clean_credential(self) -> Authenticator:
        passkey = super().clean_credential()  # type: ignore[misc]  # of the form it is mixed into
        if not advance_counter(passkey, self.data["credential"]):
            # Not raised as ours: that it was announced must be committed.
            services.record_refused_passkey(user_id=passkey.user_id)
            raise get_adapter().validation_error("incorrect_code")
        return passkey


class LoginWebAuthnInput(_CountedPasskey, inputs.LoginWebAuthnInput):
    """What a passkey signed, in place of address and password."""


class AuthenticateWebAuthnInput(_CountedPasskey, inputs.AuthenticateWebAuthnInput):
    """What a passkey signed, after the password."""


class ReauthenticateWebAuthnInput(_CountedPasskey, inputs.ReauthenticateWebAuthnInput):
    """What a passkey signed, before something delicate."""
