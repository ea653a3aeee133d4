"""App config of observability; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ObservabilityConfig(MainstayAppConfig):
    """Observability."""

    name = "apps.observability"
    verbose_name = "Observability"
