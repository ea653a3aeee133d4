"""App config of health; no logic."""

from apps.kernel.apps import MainstayAppConfig


class HealthConfig(MainstayAppConfig):
    """Health."""

    name = "apps.health"
    verbose_name = "Health"
