"""App config of resilience; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ResilienceConfig(MainstayAppConfig):
    """Resilience."""

    name = "apps.resilience"
    verbose_name = "Resilience"
