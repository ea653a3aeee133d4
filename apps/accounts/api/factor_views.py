"""allauth's routes of second factors and passkeys, where each change is announced with it.

By overriding and not by allauth's signals: it sends those after the commit, when an announcement
could be lost.
"""

from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.base.views import APIView
from allauth.headless.mfa import response, views
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.webauthn.internal.flows import add_authenticator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.accounts import services
from apps.accounts.api import factor_inputs
from apps.accounts.second_factors import spend_code
from apps.accounts.types import FactorKind


class TakesACode(APIView):
    """What takes a code announces that a recovery code is used up by it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Do what the code allows."""
        _record_use(self.input.authenticator)
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        return answer


class AuthenticateView(TakesACode, views.AuthenticateView):
    """Finishes a sign-in by a code after the password."""

    input_class: Any = factor_inputs.AuthenticateInput


class ReauthenticateView(TakesACode, views.ReauthenticateView):
    """Opens the next minutes for changes by a code."""

    input_class: Any = factor_inputs.ReauthenticateInput


class RemovesFactors(APIView):
    """What removes factors announces each, also the recovery codes that go along with the last."""

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Remove what is named, and the recovery codes that stood in for nothing else."""
        before = _kinds_of(request)
        answer: HttpResponseBase = super().delete(request, *args, **kwargs)
        _record_removed(request, before)
        return answer


class ManageTOTPView(RemovesFactors, views.ManageTOTPView):
    """Adds and removes an authenticator app."""

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add the app whose code was sent, and recovery codes where there are none."""
        app, codes = activate_totp(request, self.input)
        spend_code(app, self.input.cleaned_data["code"])
        _record_added(app, codes)
        answer: HttpResponseBase = response.TOTPResponse(request, app)
        return answer


class ManageRecoveryCodesView(views.ManageRecoveryCodesView):
    """Shows recovery codes once, and replaces them."""

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Make new codes."""
        answer: HttpResponseBase = super().post(request, *args, **kwargs)
        services.record_generated_codes(user_id=authenticated_user(request).pk)
        return answer


class ManageWebAuthnView(RemovesFactors, views.ManageWebAuthnView):
    """Adds, renames and removes passkeys."""

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Add a passkey, and recovery codes where there are none."""
        told = self.input.cleaned_data
        passkey, codes = add_authenticator(
            request, name=told["name"], credential=told["credential"]
        )
        _record_added(passkey, codes)
        answer: HttpResponseBase = response.AuthenticatorResponse(
            request, passkey, meta={"recovery_codes_generated": codes is not None}
        )
        return answer

    @override
    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Give a passkey another name."""
        answer: HttpResponseBase = super().put(request, *args, **kwargs)
        services.record_renamed_passkey(user_id=authenticated_user(request).pk)
        return answer


class LoginWebAuthnView(views.LoginWebAuthnView):
    """Signs in by a passkey alone."""

    input_class: Any = {"POST": factor_inputs.LoginWebAuthnInput}


class AuthenticateWebAuthnView(views.AuthenticateWebAuthnView):
    """Takes a passkey after the password."""

    input_class: Any = {"POST": factor_inputs.AuthenticateWebAuthnInput}


class ReauthenticateWebAuthnView(views.ReauthenticateWebAuthnView):
    """Takes a passkey once more."""

    input_class: Any = {"POST": factor_inputs.ReauthenticateWebAuthnInput}


def _record_use(factor: Authenticator) -> None:
    if factor.type == FactorKind.RECOVERY_CODES:
        left = len(Authenticator.objects.get(pk=factor.pk).wrap().get_unused_codes())
        services.record_used_code(user_id=factor.user_id, left=left)


def _record_added(*factors: Authenticator | None) -> None:
    for factor in filter(None, factors):
        services.record_added_factor(user_id=factor.user_id, kind=FactorKind(factor.type))


def _kinds_of(request: HttpRequest) -> dict[int, str]:
    factors = Authenticator.objects.filter(user=authenticated_user(request))
    return dict(factors.values_list("pk", "type"))


def _record_removed(request: HttpRequest, before: dict[int, str]) -> None:
    user_id = authenticated_user(request).pk
    for factor_id in sorted(set(before) - set(_kinds_of(request))):
        services.record_removed_factor(user_id=user_id, kind=FactorKind(before[factor_id]))
