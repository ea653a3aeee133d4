"""Devices known from an earlier sign-in: what strangers try at an account does not lock them out.

OWASP's device cookies, for apps: each finished sign-in hands out a token, bound by its signature to
the user and the session that began. Shown at the next sign-in it moves the attempt from the count
that the account and the client's network share with everybody to one of the device's own.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from apps.accounts.models import Session
from apps.accounts.types import EndReason
from apps.keyring.errors import TokenRefused
from apps.keyring.services import sign_token, verify_token

HEADER = "X-Device-Token"
LIFETIME = timedelta(days=90)

# Ended in any other way it is not trusted more than a stranger's.
_TRUSTED = Q(ended_at=None) | Q(end_reason=EndReason.SIGNED_OUT)


def device_token(*, user_id: UUID, session_id: UUID) -> str:
    """Return what a device shows to be known as the one that signed in just now."""
    claims = {"sub": str(user_id), "sid": str(session_id)}
    return sign_token(claims=claims, audience=_audience(), lifetime=LIFETIME)


def known_device(token: str, *, email: str) -> str:
    """Return the name of the device that signed in to the account of this address, or "".

    Known as long as its session is remembered: while it lives, and after signing out until it is
    purged, but not after it was ended for a lost device, a stolen token or a changed password.
    """
    try:
        claims = verify_token(token, audience=_audience()) if token else {}
    except TokenRefused:
        return ""
    if not claims:
        return ""
    session_id, user_id = UUID(claims["sid"]), UUID(claims["sub"])
    sessions = Session.objects.filter(_TRUSTED, public_id=session_id)
    is_known = sessions.filter(user__public_id=user_id, user__email=email).exists()
    return str(session_id) if is_known else ""


def _audience() -> str:
    return f"{settings.BASE_URL}/known-device"
