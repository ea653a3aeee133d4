"""Every app's urls are found, and none is lost by an error in it."""

import sys
from types import ModuleType
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.http import HttpRequest, HttpResponse
from django.urls import path, resolve
from rest_framework.test import APIClient

from apps.api.routing import api_routes
from apps.buildings.api import urls


def mounted(version: str = "v1") -> dict[str, list[Any]]:
    return {str(route.pattern): route.url_patterns for route in api_routes(version)}


def test_an_app_is_mounted_under_its_label() -> None:
    assert mounted()["buildings/"] == urls.urlpatterns


def test_an_app_without_an_api_is_not_mounted() -> None:
    assert "kernel/" not in mounted()
    assert not [name for name in mounted() if name.startswith(("admin", "auth"))]


def test_a_later_version_has_the_routes_of_the_one_before() -> None:
    for label, routes in mounted().items():
        before = {str(route.pattern) for route in routes}
        after = [str(route.pattern) for route in mounted("v2")[label]]
        assert before <= set(after)
        assert len(set(after)) == len(after)


def test_a_route_is_replaced_by_the_one_with_its_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    def newer(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    routes = [path("", newer), path("more/", newer)]
    monkeypatch.setattr(urls, "urlpatterns_v2", routes)

    old, new = mounted("v1")["buildings/"], mounted("v2")["buildings/"]

    assert [route.callback for route in new[:2]] == [newer, newer]
    assert newer not in [route.callback for route in old]
    assert len(new) == len(old) + 1


def test_a_route_that_is_not_replaced_answers_at_both_versions(client: APIClient) -> None:
    assert resolve("/api/v1/accounts/me/").func is resolve("/api/v2/accounts/me/").func
    assert client.get("/api/v2/accounts/me/").status_code == 401


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
        api_routes("v1")
