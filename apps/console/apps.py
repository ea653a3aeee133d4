"""App config of the console; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ConsoleConfig(MainstayAppConfig):
    """Console."""

    name = "apps.console"
    verbose_name = "Console"
