"""What allauth's routes accept: canonical e-mails, unchanged passwords."""

from typing import Any

from allauth.account.fields import EmailField
from allauth.headless.account import inputs
from allauth.headless.tokens.inputs import RefreshTokenInput
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts.adapter import AccountAdapter
from apps.accounts.emails import canonical_email
from apps.accounts.errors import UnknownTimeZone
from apps.accounts.locality import LOCALE_PATTERN, known_time_zone
from apps.accounts.models import User
from apps.accounts.password_policy import MAX_LENGTH


class CanonicalEmailField(EmailField):
    """An e-mail address, brought into canonical form before anything looks at it."""

    def __init__(self, **kwargs: Any) -> None:
        # allauth would cut off what the column cannot hold, and mail the code to the whole.
        super().__init__(max_length=254, **kwargs)

    @override
    def clean(self, value: Any) -> str:
        text = canonical_email(value) if isinstance(value, str) else value
        cleaned: str = super().clean(text)
        return cleaned


def password_field() -> forms.CharField:
    """Return a field that takes a password as it was typed, spaces included."""
    return forms.CharField(strip=False, max_length=MAX_LENGTH)


class SignUpInput(inputs.SignupInput):
    """Sign-up: e-mail and password; name, locale and time zone if the app knows them."""

    account_already_exists: bool

    email = CanonicalEmailField()
    password = password_field()
    name = forms.CharField(max_length=120, required=False)
    locale = forms.CharField(
        max_length=35, required=False, validators=[RegexValidator(rf"\A{LOCALE_PATTERN}\Z")]
    )
    time_zone = forms.CharField(max_length=64, required=False)

    def clean_time_zone(self) -> str:
        """Take a time zone only if there is one of this name."""
        time_zone: str = self.cleaned_data["time_zone"]
        if time_zone:
            try:
                known_time_zone(time_zone)
            except UnknownTimeZone as error:
                raise ValidationError(error.detail, code="unknown_time_zone") from None
        return time_zone

    @override
    def clean_password(self) -> str:
        # Unsaved, so that the password can be compared with what it must not resemble.
        user = User(email=self.cleaned_data.get("email", ""), name=self.data.get("name") or "")
        return AccountAdapter().clean_password(self.cleaned_data["password"], user)

    @override
    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        """Make the account; of several sign-ups at once with one address, one makes it.

        The others end like a sign-up with an address that has an account: same answer, same
        work, and a mail that says so.
        """
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    user, response = super().try_save(request)
                    return user, response
            except IntegrityError:
                self.account_already_exists = True
        else:
            make_password(self.cleaned_data["password"])
        user, response = super().try_save(request)
        return user, response


class SignInInput(inputs.LoginInput):
    """Sign-in by e-mail and password."""

    email = CanonicalEmailField()
    password = password_field()


class RequestPasswordResetInput(inputs.RequestPasswordResetInput):
    """The address whose password was forgotten."""

    email = CanonicalEmailField()

    @override
    def clean_email(self) -> str:
        # As many looks where there is no such address.
        email: str = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email=email, is_active=True))
        return email


class ResetPasswordInput(inputs.ResetPasswordInput):
    """The code that came by mail, and the new password."""

    password = password_field()


class ChangePasswordInput(inputs.ChangePasswordInput):
    """The present password and the new one."""

    current_password = forms.CharField(strip=False, max_length=MAX_LENGTH, required=False)
    new_password = password_field()


class AddEmailInput(inputs.AddEmailInput):
    """The address that is to replace the present one, once it is verified."""

    email = CanonicalEmailField()


class ChangeEmailInput(inputs.ChangeEmailInput):
    """Another address for somebody who mistyped theirs when signing up."""

    email = CanonicalEmailField()


class ReauthenticateInput(inputs.ReauthenticateInput):
    """The password, once more, before something delicate."""

    password = password_field()


class RefreshInput(RefreshTokenInput):
    """The refresh token to spend."""

    refresh_token = forms.CharField(max_length=256)
