"""The kernel's app config, and the base that every Mainstay app config extends."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class MainstayAppConfig(AppConfig):
    """An app config without logic: what an app offers is found by the names of its modules.

    ``errors`` and ``events`` hold what belongs to the catalogues, ``checks`` system checks,
    ``plugs`` what the app offers to other apps' ports, and ``receivers`` the third-party signals
    it listens to. Django's loader re-raises the error of a broken module, so no app quietly
    loses its plugs.
    """

    default_auto_field = "django.db.models.BigAutoField"
    # Django takes the one config of an `apps` module; the base, imported there, is none.
    default = False

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True


class KernelConfig(MainstayAppConfig):
    """The kernel."""

    name = "apps.kernel"
    verbose_name = "Kernel"

    @override
    def ready(self) -> None:
        """Load what every app declares and offers, once all models are there."""
        autodiscover_modules("errors", "events", "checks", "plugs", "receivers")
        import_module(settings.ROOT_PLUGS)
