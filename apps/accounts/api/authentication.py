"""Authentication of requests: an access token in the Authorization header (RFC 6750)."""

from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from typing_extensions import override

from apps.accounts.live_sessions import Access
from apps.accounts.models import User
from apps.accounts.selectors import access_by
from apps.accounts.services import record_use
from apps.accounts.services.sessions import USE_IS_RECORDED_EVERY
from apps.api.errors import Unauthenticated
from apps.api.lane.callers import Caller
from apps.kernel import clock
from apps.kernel.context import act_as

_SCHEME = "bearer"


class AccessTokenAuthentication(BaseAuthentication):
    """Knows a user by an access token; ``request.auth`` is the session's public id.

    Without a token the request is a stranger's. With one that is not valid (any more) it is
    refused, even where strangers may enter, so that a phone learns that it must refresh.
    """

    @override
    def authenticate(self, request: Request) -> tuple[User, UUID] | None:
        # Not request.headers: making that mapping costs more than all the rest here.
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        access = access_by(token.strip())
        act_as(str(access.user_public_id))
        if _is_use_due(access):
            record_use(session_id=access.session_id)
        return access.user, access.session_id

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def caller_by(token: str) -> Caller | None:
    """Return who asks with a token, for the lane; None where there is more to do than to read."""
    try:
        access = access_by(token)
    except Unauthenticated:
        return None
    if _is_use_due(access):
        return None
    public_id = str(access.user_public_id)
    act_as(public_id)
    return Caller(user_id=access.user_id, public_id=public_id, access=access)


def _is_use_due(access: Access) -> bool:
    return clock.now() - access.last_used_at >= USE_IS_RECORDED_EVERY
