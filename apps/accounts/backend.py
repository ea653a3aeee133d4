"""The one authentication backend, for apps and for the admin."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from typing_extensions import override

from apps.accounts.emails import canonical_email
from apps.accounts.models import User


class AuthenticationBackend(AllauthBackend):
    """Knows people by address and password, by as much work where there is no such address."""

    @override
    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        # One look at one table; allauth looks into a second one for addresses it does not find.
        user = User.objects.filter(email=canonical_email(email)).first() if email else None
        checked: User | None = self._check_password(user, password)
        return checked
