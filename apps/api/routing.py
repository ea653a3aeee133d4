"""Finds the routes of every app: ``<app>/api/urls.py`` is mounted under ``v1/<label>/``."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.urls import URLResolver, include, path
from django.utils.module_loading import module_has_submodule


def api_routes() -> list[URLResolver]:
    """Return one route per app that has an API; a broken urls module raises."""
    configs = sorted(apps.get_app_configs(), key=lambda config: config.label)
    return [
        path(f"{config.label}/", include(f"{config.name}.api.urls"))
        for config in configs
        if config.name.startswith("apps.") and _has_urls(config)
    ]


def _has_urls(config: AppConfig) -> bool:
    """Tell whether the app has the module, without hiding an error in it."""
    if config.module is None or not module_has_submodule(config.module, "api"):
        return False
    return module_has_submodule(import_module(f"{config.name}.api"), "urls")
