"""The user: who signs in, in which language, on which tier."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from typing_extensions import override

from apps.accounts.emails import canonical_email
from apps.accounts.password_policy import require_good
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class UserManager(BaseUserManager["User"]):
    """Makes users, always with their e-mail in canonical form."""

    @override
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=canonical_email(username or ""))

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """Create and return a user; one without an address is a guest.

        Without a password the account cannot sign in by one. Raises PasswordRefused.
        """
        user = self.model(email=canonical_email(email or ""), **fields)
        if password is not None:
            require_good(password, user)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return an operator who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Record):
    """A person with an account."""

    class Tier(models.TextChoices):
        """What the person pays for; decides quotas and limits."""

        FREE = "free"
        PREMIUM = "premium"
        API = "api"

    # Canonical form (see `emails`), so that plain uniqueness is uniqueness without regard to
    # case or Unicode form.
    # A guest has none: "".
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    locale = models.CharField(max_length=35, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.FREE)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    objects = UserManager()

    personal_data = PersonalData(
        subject="self",
        personal={
            "email": "export+erase",
            "name": "export+erase",
            "locale": "export+erase",
            "time_zone": "export+erase",
            "last_login": "export+erase",
            "password": "erase",
        },
        impersonal=("tier", "is_active", "is_staff", "is_superuser"),
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~models.Q(email=""), name="accounts_one_user_per_email"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.email or self.name or f"guest {self.public_id}"
