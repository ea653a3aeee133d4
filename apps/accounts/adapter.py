"""Where django-allauth's flows meet our services: canonical e-mails, events, ended sessions."""

from allauth.account.adapter import DefaultAccountAdapter
from typing_extensions import override

from apps.accounts.emails import canonical_email


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Our answers to the questions allauth asks."""

    @override
    def clean_email(self, email: str) -> str:
        return canonical_email(email)
