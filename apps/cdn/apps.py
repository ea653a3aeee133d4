"""App config of cdn; no logic."""

from apps.kernel.apps import MainstayAppConfig


class CdnConfig(MainstayAppConfig):
    """CDN."""

    name = "apps.cdn"
    verbose_name = "CDN"
