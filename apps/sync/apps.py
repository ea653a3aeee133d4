"""App config of sync; no logic."""

from apps.kernel.apps import MainstayAppConfig


class SyncConfig(MainstayAppConfig):
    """Sync."""

    name = "apps.sync"
    verbose_name = "Sync"
