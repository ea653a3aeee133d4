"""The tables of identity, one model per file."""

from apps.accounts.models.user import User, UserManager

__all__ = ["User", "UserManager"]
