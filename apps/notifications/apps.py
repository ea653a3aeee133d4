"""App config of notifications; no logic."""

from apps.kernel.apps import MainstayAppConfig


class NotificationsConfig(MainstayAppConfig):
    """Notifications."""

    name = "apps.notifications"
    verbose_name = "Notifications"
