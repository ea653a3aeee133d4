"""The form by which operators sign in to the admin; apart from `admin`, which needs the site."""

from typing import Any

from django.core.exceptions import ValidationError
from typing_extensions import override
from unfold.forms import AuthenticationForm

from apps.accounts.errors import PasswordTooLong, SignInBusy


class SignInForm(AuthenticationForm):
    """Says on the page why a password was not even checked."""

    @override
    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except (SignInBusy, PasswordTooLong) as refusal:
            raise ValidationError(f"{refusal.title}. {refusal.detail}", code="busy") from None
        return cleaned
