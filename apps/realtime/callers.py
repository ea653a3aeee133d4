"""Who connects: what an access token says, asked when a connection opens and at each refresh."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from apps.accounts.selectors import access_by
from apps.api.errors import Unauthenticated
from apps.keyring.errors import TokenRefused
from apps.keyring.services import verify_token
from apps.realtime.protocol.errors import Closing, Refused, ReplyError
from apps.realtime.types import CloseCode


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A user in a session, until a moment."""

    user_id: int
    public_id: UUID
    session_id: UUID
    # In seconds since 1970.
    expires_at: float


def caller_by(token: str) -> Caller:
    """Return who connects with an access token.

    Raises Refused for a token that has expired, so that the client gets another one, and Closing
    for one that is not ours or whose session has ended.
    """
    try:
        claims = verify_token(token, audience=settings.ACCOUNTS_TOKEN_AUDIENCE)
    except TokenRefused as refusal:
        if "expired" in refusal.detail:
            raise Refused(ReplyError.TOKEN_EXPIRED) from None
        raise Closing(CloseCode.INVALID_TOKEN, "invalid token") from None
    try:
        access = access_by(token)
    except Unauthenticated:
        raise Closing(CloseCode.SESSION_ENDED, "session ended") from None
    return Caller(
        user_id=access.user_id,
        public_id=access.user_public_id,
        session_id=access.session_id,
        expires_at=float(claims["exp"]),
    )
