"""App config of api; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ApiConfig(MainstayAppConfig):
    """API words."""

    name = "apps.api"
    verbose_name = "API words"
