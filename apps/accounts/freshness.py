"""How recently somebody has shown who they are, before what decides who gets in may change."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from apps.accounts.models import User


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired where allauth would let an old session pass.

    It asks for the password or a factor once more, and for nothing where there is neither. Who
    signs in by a provider must have done so in the last minutes then; a guest, whose tokens are
    all there is, need not.
    """
    user = request.user
    if not user.is_authenticated or get_reauthentication_flows(user) or _is_guest(user):
        return
    times = [record["at"] for record in get_authentication_records(request, user)]
    if time.time() - max(times, default=0) > app_settings.REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired


def _is_guest(user: User) -> bool:
    return not user.email and not SocialAccount.objects.filter(user=user).exists()
