"""App config of caching; no logic."""

from apps.kernel.apps import MainstayAppConfig


class CachingConfig(MainstayAppConfig):
    """Caching."""

    name = "apps.caching"
    verbose_name = "Caching"
