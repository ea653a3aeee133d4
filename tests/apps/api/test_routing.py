"""Every app's urls are found, and none is lost by an error in it."""

import sys
from types import ModuleType

import pytest
from django.apps import AppConfig, apps

from apps.api.routing import api_routes


def mounted() -> dict[str, object]:
    return {str(route.pattern): route.urlconf_name for route in api_routes()}


def test_an_app_is_mounted_under_its_label() -> None:
    assert mounted()["buildings/"] is sys.modules["apps.buildings.api.urls"]


def test_an_app_without_an_api_is_not_mounted() -> None:
    assert "kernel/" not in mounted()
    assert not [name for name in mounted() if name.startswith(("admin", "auth"))]


def test_an_error_in_an_apps_urls_is_not_swallowed(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    (folder / "api").mkdir()
    (folder / "api" / "__init__.py").touch()
    (folder / "api" / "urls.py").write_text("import nothing_of_this_name\n")
    package = ModuleType("apps.broken")
    package.__path__ = [str(folder)]
    monkeypatch.setitem(sys.modules, "apps.broken", package)
    config = AppConfig("apps.broken", package)
    monkeypatch.setattr(apps, "get_app_configs", lambda: [config])

    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name"):
        api_routes()
