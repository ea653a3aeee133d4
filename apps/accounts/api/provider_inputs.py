"""What the routes of providers accept: tokens of known parts, canonical e-mails."""

from typing import Any

from allauth.core import context
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.socialaccount import inputs
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django import forms
from django.core.exceptions import ValidationError
from typing_extensions import override

from apps.accounts.api.flow_inputs import CanonicalEmailField


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


class ProviderTokenInput(Input):
    """What proves who somebody is at a provider, and whether to sign in or to link by it."""

    provider = forms.CharField(max_length=32)
    process = forms.ChoiceField(
        choices=[(each, each) for each in (AuthProcess.LOGIN, AuthProcess.CONNECT)]
    )
    token = ProviderTokenField()

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        known = get_adapter().list_providers(context.request)
        provider = next((each for each in known if each.id == cleaned["provider"]), None)
        if provider is None:
            unknown = ValidationError("No such provider here.", code="unknown_provider")
            self.add_error("provider", unknown)
            return cleaned
        cleaned["sociallogin"] = provider.verify_token(context.request, cleaned["token"])
        cleaned["sociallogin"].state["process"] = cleaned["process"]
        return cleaned


class ProviderSignUpInput(inputs.SignupInput):
    """The address of somebody of whom the provider told none."""

    email = CanonicalEmailField()
