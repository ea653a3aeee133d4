"""What allauth's routes accept: canonical e-mails, unchanged passwords, no unknown fields."""

from typing import Any

from allauth.account.fields import EmailField
from allauth.core import context
from allauth.headless.account import inputs
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.socialaccount import inputs as provider_inputs
from allauth.headless.tokens.inputs import RefreshTokenInput
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
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


class StrictInput(forms.Form):
    """Refuses fields that the route does not know, instead of ignoring them."""

    @override
    def clean(self) -> dict[str, Any]:
        for name in set(self.data) - set(self.fields):
            unknown = ValidationError(f"Unknown field {name!r}.", code="unknown")
            self.add_error(None, unknown)
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return cleaned


class SignUpInput(StrictInput, inputs.SignupInput):
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


class SignInInput(StrictInput, inputs.LoginInput):
    """Sign-in by e-mail and password."""

    email = CanonicalEmailField()
    password = password_field()


class RequestPasswordResetInput(StrictInput, inputs.RequestPasswordResetInput):
    """The address whose password was forgotten."""

    email = CanonicalEmailField()


class ResetPasswordInput(StrictInput, inputs.ResetPasswordInput):
    """The code that came by mail, and the new password."""

    password = password_field()


class ChangePasswordInput(StrictInput, inputs.ChangePasswordInput):
    """The present password and the new one."""

    current_password = forms.CharField(strip=False, max_length=MAX_LENGTH, required=False)
    new_password = password_field()


class AddEmailInput(StrictInput, inputs.AddEmailInput):
    """The address that is to replace the present one, once it is verified."""

    email = CanonicalEmailField()


class ChangeEmailInput(StrictInput, inputs.ChangeEmailInput):
    """Another address for somebody who mistyped theirs when signing up."""

    email = CanonicalEmailField()


class ReauthenticateInput(StrictInput, inputs.ReauthenticateInput):
    """The password, once more, before something delicate."""

    password = password_field()


class RefreshInput(StrictInput, RefreshTokenInput):
    """The refresh token to spend."""

    refresh_token = forms.CharField(max_length=256)


class ProviderTokenField(forms.Field):
    """What an app got from a provider: a client id, an ID token or a code, and what goes along."""

    names = frozenset(
        {"client_id", "id_token", "code", "code_verifier", "redirect_uri", "nonce", "name"}
    )

    @override
    def clean(self, value: Any) -> dict[str, str]:
        token = super().clean(value)
        if not isinstance(token, dict) or not all(isinstance(each, str) for each in token.values()):
            raise ValidationError("Send an object of texts.", code="invalid_token")
        for name in set(token) - self.names:
            raise ValidationError(f"Unknown field {name!r}.", code="unknown")
        if not token.get("client_id") or bool(token.get("id_token")) == bool(token.get("code")):
            raise ValidationError(
                "Send client_id, and either id_token or code.", code="token_required"
            )
        return token


class ProviderTokenInput(StrictInput, Input):
    """What proves who somebody is at a provider, and whether to sign in or to link by it."""

    provider = forms.CharField(max_length=32)
    process = forms.ChoiceField(
        choices=[(each, each) for each in (AuthProcess.LOGIN, AuthProcess.CONNECT)]
    )
    token = ProviderTokenField()

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        known = get_social_adapter().list_providers(context.request)
        provider = next((each for each in known if each.id == cleaned["provider"]), None)
        if provider is None:
            unknown = ValidationError("No such provider here.", code="unknown_provider")
            self.add_error("provider", unknown)
            return cleaned
        cleaned["sociallogin"] = provider.verify_token(context.request, cleaned["token"])
        cleaned["sociallogin"].state["process"] = cleaned["process"]
        return cleaned


class ProviderSignUpInput(StrictInput, provider_inputs.SignupInput):
    """The address of somebody of whom the provider told none."""

    email = CanonicalEmailField()


class UnlinkProviderInput(StrictInput, provider_inputs.DeleteProviderAccountInput):
    """The link to remove."""
