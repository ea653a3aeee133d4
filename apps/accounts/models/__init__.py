"""The tables of identity, one model per file."""

from apps.accounts.models.device import Device
from apps.accounts.models.session import RefreshToken, Session
from apps.accounts.models.user import User, UserManager

__all__ = ["Device", "RefreshToken", "Session", "User", "UserManager"]
