"""The device: a phone, tablet or browser on which the app is installed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from typing_extensions import override

from apps.accounts.types import Platform
from apps.kernel.models import Record
from apps.kernel.personal import PersonalData


class Device(Record):
    """An installation of the app by one user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    # Chosen by the app at its first start, so that registering again finds the same row.
    installation_id = models.CharField(max_length=64)
    platform = models.CharField(max_length=16, choices=Platform.choices)
    name = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    os_version = models.CharField(max_length=40, blank=True)
    app_version = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    last_seen_at = models.DateTimeField()

    personal_data: ClassVar = PersonalData(
        subject="user",
        personal={
            "user": "export+erase",
            "installation_id": "export+erase",
            "platform": "export+erase",
            "name": "export+erase",
            "model": "export+erase",
            "os_version": "export+erase",
            "app_version": "export+erase",
            "locale": "export+erase",
            "time_zone": "export+erase",
            "last_seen_at": "export+erase",
        },
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "installation_id"],
                name="accounts_one_device_per_installation",
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name or f"{self.platform} {self.model}".strip()
