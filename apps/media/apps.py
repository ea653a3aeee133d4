"""App config of media; no logic."""

from apps.kernel.apps import MainstayAppConfig


class MediaConfig(MainstayAppConfig):
    """Media."""

    name = "apps.media"
    verbose_name = "Media"
