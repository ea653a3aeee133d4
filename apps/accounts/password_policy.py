"""Which passwords are good enough, as Django's validators; the settings choose among policies.

Every path that sets a password asks here: forms by Django's own door (`validate_password`),
services and the manager of users by `require_good`.
"""

from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.errors import PasswordRefused
from apps.accounts.types import BrokenRule

MAX_LENGTH = 1024


class MaximumLengthValidator:
    """Refuses more characters than are hashed; none are ever cut off."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError for a password that is too long."""
        if len(password) > MAX_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Say it in a sentence."""
        return f"A password may have at most {MAX_LENGTH} characters."


class CompositionValidator:
    """Asks for a letter of each case, a digit and a character that is neither."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError with one error for each kind of character that is missing."""
        missing = [
            ValidationError(f"The password must contain {what}.", code=f"password_without_{kind}")
            for kind, what, is_there in (
                ("upper", "an upper-case letter", any(map(str.isupper, password))),
                ("lower", "a lower-case letter", any(map(str.islower, password))),
                ("digit", "a digit", any(map(str.isdigit, password))),
                ("special", "a special character", not all(map(str.isalnum, password))),
            )
            if not is_there
        ]
        if missing:
            raise ValidationError(missing)

    def get_help_text(self) -> str:
        """Say it in a sentence."""
        return (
            "Your password must contain an upper-case and a lower-case letter, a digit and a "
            "special character."
        )


def broken_rules(password: str, user: AbstractBaseUser | None = None) -> list[BrokenRule]:
    """Return which rules of the policy a password breaks; [] if it is good enough."""
    try:
        # Comparing so much with names would take seconds.
        MaximumLengthValidator().validate(password)
        # Typed for the model of Django, and true of every other.
        validate_password(password, cast("Any", user))
    except ValidationError as refusal:
        return [
            BrokenRule(code=error.code or "invalid", message=" ".join(error.messages))
            for error in refusal.error_list
        ]
    return []


def require_good(password: str, user: AbstractBaseUser) -> None:
    """Raise PasswordRefused, naming each broken rule, if a password is not good enough."""
    broken = broken_rules(password, user)
    if broken:
        raise PasswordRefused(
            " ".join(rule.message for rule in broken),
            errors=[
                {"field": "password", "detail": rule.message, "code": rule.code} for rule in broken
            ],
        )
