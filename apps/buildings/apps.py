"""App config of buildings; no logic."""

from apps.kernel.apps import MainstayAppConfig


class BuildingsConfig(MainstayAppConfig):
    """Buildings."""

    name = "apps.buildings"
    verbose_name = "Buildings"
