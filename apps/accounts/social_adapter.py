"""Where allauth's social sign-in meets our services: no account is taken over, none is silent."""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.forms import BaseForm
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts import services
from apps.accounts.emails import canonical_email
from apps.accounts.errors import AddressTaken
from apps.accounts.models import User
from apps.accounts.provider import OpenIdProvider


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Our answers to the questions allauth asks about providers."""

    @override
    def list_providers(self, request: HttpRequest) -> list[OpenIdProvider]:
        found = [provider_class(request) for provider_class in registry.get_class_list()]
        return [provider for provider in found if provider.is_on]

    @override
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an identity nobody linked whose address has an account; raises AddressTaken.

        Told openly where the provider has verified the address: whoever asks owns the mailbox.
        Where it has not, allauth goes on as for any address, and its owner gets a mail.
        """
        is_sign_in = sociallogin.state.get("process") == AuthProcess.LOGIN
        if is_sign_in and not sociallogin.is_existing and _owner_of(verified_email(sociallogin)):
            raise AddressTaken(
                "An account with this e-mail address exists. Sign in to it, with a new password "
                f"if need be, and link {sociallogin.provider.name} there."
            )

    @override
    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]
    ) -> User:
        user: User = sociallogin.user
        user.email = canonical_email(data.get("email") or "")
        user.name = str(data.get("name") or "")[:120]
        return user

    @override
    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None
    ) -> User:
        user: User = super().save_user(request, sociallogin, form)
        if form is None:
            # With a form, the account adapter has announced it.
            services.record_sign_up(user_id=user.pk)
        if verified_email(sociallogin):
            services.record_verified_email(user_id=user.pk)
        services.record_linked_provider(user_id=user.pk, provider=sociallogin.account.provider)
        return user


def verified_email(sociallogin: SocialLogin) -> str:
    """Return the address that the provider says it has verified, or ""."""
    found = (address.email for address in sociallogin.email_addresses if address.verified)
    return next(found, "")


def _owner_of(email: str) -> User | None:
    return User.objects.filter(email=email).first() if email else None
