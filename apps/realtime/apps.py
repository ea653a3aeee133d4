"""App config of realtime; no logic."""

from apps.kernel.apps import MainstayAppConfig


class RealtimeConfig(MainstayAppConfig):
    """Realtime."""

    name = "apps.realtime"
    verbose_name = "Realtime"
