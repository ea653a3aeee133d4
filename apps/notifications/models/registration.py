"""The registration: where an installed app can be reached by push, as of its last word."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.kernel.models import Record
from apps.kernel.personal import PersonalData
from apps.notifications.models.account import ProviderAccount
from apps.notifications.types import PushService, RetireReason


class Registration(Record):
    """One device at one push service; a token that shows up at another user moves to them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Of accounts; None where the app has told nothing of its device.
    device_id = models.UUIDField(null=True, blank=True)
    # The sign-in it was made in: with that session it ends.
    session_id = models.UUIDField(null=True, blank=True)
    account = models.ForeignKey(
        ProviderAccount, on_delete=models.PROTECT, related_name="registrations"
    )
    service = models.CharField(max_length=10, choices=PushService.choices)
    # FCM's or APNs' token, Web Push's endpoint; FCM moves on to the installation id (fid), and
    # either may be missing.
    token = models.TextField(blank=True)
    fid = models.CharField(max_length=64, blank=True)
    p256dh = models.CharField(max_length=100, blank=True)
    auth = models.CharField(max_length=40, blank=True)
    app_id = models.CharField(max_length=155, blank=True)
    # "" for the user's own.
    locale = models.CharField(max_length=35, blank=True)
    # When the app last told us; APNs' "gone since" is compared with it.
    registered_at = models.DateTimeField()
    last_accepted_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retire_reason = models.CharField(max_length=16, choices=RetireReason.choices, blank=True)

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "device_id": "export+erase",
            "session_id": "export+erase",
            "service": "export+erase",
            "token": "erase",
            "fid": "erase",
            "p256dh": "erase",
            "auth": "erase",
            "app_id": "export+erase",
            "locale": "export+erase",
            "registered_at": "export+erase",
            "last_accepted_at": "export+erase",
            "retired_at": "export+erase",
            "retire_reason": "export+erase",
        },
        impersonal=("account",),
    )

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                models.F("service"),
                models.Func(models.F("token"), function="md5"),
                condition=~models.Q(token=""),
                name="notifications_one_registration_per_token",
            ),
            models.UniqueConstraint(
                fields=("service", "fid"),
                condition=~models.Q(fid=""),
                name="notifications_one_registration_per_fid",
            ),
            models.CheckConstraint(
                condition=~models.Q(token="")
                | ~models.Q(fid="")
                | models.Q(retired_at__isnull=False),
                name="notifications_registration_has_an_address",
            ),
        )
        indexes = (
            models.Index(
                fields=("user",),
                condition=models.Q(retired_at__isnull=True),
                name="notifications_live_devices",
            ),
            models.Index(fields=("session_id",), name="notifications_device_session"),
        )

    @override
    def __str__(self) -> str:
        return f"{self.service} {self.public_id}"

    @property
    def is_live(self) -> bool:
        """Whether it is sent pushes."""
        return self.retired_at is None
