"""The kernel's app config, and the base that every Mainstay app config extends."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class MainstayAppConfig(AppConfig):
    """An app config without logic: what an app offers is found by the names of its modules.

    ``checks`` holds system checks, ``plugs`` what the app offers to other apps' ports, and
    ``receivers`` the third-party signals it listens to. Django's loader re-raises the error of
    a broken module, so no app quietly loses its plugs.
    """

    default_auto_field = "django.db.models.BigAutoField"


class KernelConfig(MainstayAppConfig):
    """The kernel."""

    name = "apps.kernel"
    verbose_name = "Kernel"

    @override
    def ready(self) -> None:
        """Load every app's checks, plugs and receivers, once all models are there."""
        autodiscover_modules("checks", "plugs", "receivers")
