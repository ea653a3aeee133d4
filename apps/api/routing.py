"""Finds the routes of every app: ``<app>/api/urls.py`` is mounted under ``<version>/<label>/``.

``urlpatterns`` are the routes of v1. Each later version has those of the one before; where an app
names ``urlpatterns_v2``, those come first and replace the ones with the same pattern. Routes that
lie beside the app's own stand in ``beside``: ``{"uploads": [...]}`` is mounted under ``uploads/``.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType

from django.apps import AppConfig, apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from apps.api.versions import VERSIONS


def api_routes(version: str) -> list[URLResolver]:
    """Return one route per app that has an API; a broken urls module raises."""
    configs = sorted(apps.get_app_configs(), key=lambda config: config.label)
    return [
        route
        for config in configs
        if config.name.startswith("apps.") and _has_urls(config)
        for route in _mounted(config, version)
    ]


def _mounted(config: AppConfig, version: str) -> list[URLResolver]:
    urls = import_module(f"{config.name}.api.urls")
    beside: Mapping[str, Sequence[URLPattern]] = getattr(urls, "beside", {})
    return [
        path(f"{config.label}/", include(_routes(urls, version))),
        *(path(f"{name}/", include(list(routes))) for name, routes in beside.items()),
    ]


def _routes(urls: ModuleType, asked: str) -> Sequence[URLPattern | URLResolver]:
    routes: Sequence[URLPattern | URLResolver] = urls.urlpatterns
    names = [version.name for version in VERSIONS]
    for name in names[1 : names.index(asked) + 1]:
        newer = getattr(urls, f"urlpatterns_{name}", ())
        replaced = {str(route.pattern) for route in newer}
        routes = [*newer, *(route for route in routes if str(route.pattern) not in replaced)]
    return routes


def _has_urls(config: AppConfig) -> bool:
    """Tell whether the app has the module, without hiding an error in it."""
    if config.module is None or not module_has_submodule(config.module, "api"):
        return False
    return module_has_submodule(import_module(f"{config.name}.api"), "urls")
