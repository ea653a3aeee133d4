"""App config of imaging; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ImagingConfig(MainstayAppConfig):
    """Imaging."""

    name = "apps.imaging"
    verbose_name = "Imaging"
