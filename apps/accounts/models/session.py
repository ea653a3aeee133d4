"""The session: one sign-in on one device, and the family of refresh tokens that extends it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.accounts.models.device import Device
from apps.accounts.types import EndReason
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Session(Record):
    """A sign-in; its public id is the ``sid`` of the access tokens issued within it."""

    USER_AGENT_MAX_LENGTH = 256

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions"
    )
    device = models.ForeignKey(
        Device, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    # The session django-allauth keeps its multi-step flows in; ends with this one.
    django_session_key = models.CharField(max_length=40, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=USER_AGENT_MAX_LENGTH, blank=True)
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=32, choices=EndReason.choices, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "device": "export+erase",
            "ip": "export+erase",
            "user_agent": "export+erase",
            "last_used_at": "export+erase",
            "ended_at": "export+erase",
            "end_reason": "export+erase",
            "django_session_key": "erase",
        },
    )

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(
                fields=["user", "-id"],
                condition=models.Q(ended_at=None),
                name="accounts_live_sessions_of_user",
            ),
            models.Index(
                fields=["django_session_key"],
                condition=~models.Q(django_session_key=""),
                name="accounts_session_of_django",
            ),
        ]

    @override
    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_live(self) -> bool:
        """Whether its tokens are worth anything."""
        return self.ended_at is None and self.user.is_active


class RefreshToken(Record):
    """One refresh token of a session: opaque, known only by its hash, good for one use."""

    # The family: using a spent token again ends the session with all its tokens.
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    successor = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="predecessor"
    )
    # The successor itself, encrypted, so that a phone that lost the answer gets the same again.
    sealed_successor = models.BinaryField(default=b"", blank=True)

    personal_data: ClassVar = PersonalData(
        subject="session.user",
        personal={
            "session": "erase",
            "token_hash": "erase",
            "expires_at": "erase",
            "used_at": "erase",
            "successor": "erase",
            "sealed_successor": "erase",
        },
    )

    class Meta:
        ordering = ("id",)

    @override
    def __str__(self) -> str:
        return str(self.public_id)
