"""App config of playground; no logic."""

from apps.kernel.apps import MainstayAppConfig


class PlaygroundConfig(MainstayAppConfig):
    """Playground."""

    name = "apps.playground"
    verbose_name = "Playground"
