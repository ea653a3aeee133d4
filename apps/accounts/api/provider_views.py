"""allauth's routes of providers, where links are announced and guests get an address by them."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.base.response import AuthenticationResponse, ConflictResponse
from allauth.headless.socialaccount import views
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override

from apps.accounts import services
from apps.accounts.api import provider_inputs
from apps.accounts.freshness import require_fresh_sign_in
from apps.accounts.social_adapter import verified_email


class ProviderTokenView(views.ProviderTokenView):
    """Signs in, signs up or links by what an app got from Google, Apple or the like."""

    input_class = provider_inputs.ProviderTokenInput

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Sign in; or link the identity to the user who asks, of whom a guest gets its address.

        Who is signed in shows by their own identity, once more, who they are.
        """
        sociallogin = self.input.cleaned_data["sociallogin"]
        if sociallogin.state["process"] == AuthProcess.LOGIN:
            if request.user.is_authenticated:
                return _shown_again(request, sociallogin)
            return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]  # untyped
        if not request.user.is_authenticated:
            return AuthenticationResponse(request)  # type: ignore[no-any-return]  # untyped
        require_fresh_sign_in(request)
        provider, subject = sociallogin.account.provider, sociallogin.account.uid
        was_linked = services.is_linked(provider=provider, subject=subject)
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        if response.status_code == 200 and not was_linked:
            services.record_linked_provider(
                user_id=request.user.pk,
                provider=provider,
                verified_email=verified_email(sociallogin),
            )
            request.user.refresh_from_db(fields=["email"])
            return AuthenticationResponse(request)  # type: ignore[no-any-return]  # untyped
        return response


class ProviderSignUpView(views.ProviderSignupView):
    """Takes the address of somebody of whom the provider told none."""

    input_class = provider_inputs.ProviderSignUpInput


class ManageProvidersView(views.ManageProvidersView):
    """Lists the user's links to providers, and removes one, but never the last way in."""

    @override
    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Remove a link."""
        provider = self.input.cleaned_data["account"].provider
        response: HttpResponseBase = super().delete(request, *args, **kwargs)
        services.record_unlinked_provider(user_id=authenticated_user(request).pk, provider=provider)
        return response


def _shown_again(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponseBase:
    sociallogin.lookup()
    if sociallogin.user != request.user:
        return ConflictResponse(request)  # type: ignore[no-any-return]  # untyped
    # Not allauth's sign-in: it would end this session, and give no tokens for another one.
    account = sociallogin.account
    about = {"provider": account.provider, "uid": account.uid, "reauthenticated": True}
    record_authentication(request, sociallogin.user, "socialaccount", **about)
    return AuthenticationResponse(request)  # type: ignore[no-any-return]  # untyped
