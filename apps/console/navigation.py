"""The sidebar of the admin: the home, every app with its tables, and pages beside the admin."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

_ICON = "table_rows"
_STAGES = {"production": "danger", "staging": "warning", "development": "info", "test": "success"}
_BESIDE = (
    {"title": "API docs", "icon": "api", "link": "/api/v1/docs/"},
    {"title": "Metrics", "icon": "monitoring", "link": "/metrics"},
    {"title": "Readiness", "icon": "ecg_heart", "link": "/health/ready"},
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what this operator may open, by app; a model's admin names its ``icon``."""
    apps = admin.site.get_app_list(request)
    home = {"title": "Home", "icon": "space_dashboard", "link": reverse("admin:index")}
    return [
        {"items": [home]},
        *({"title": app["name"], "collapsible": True, "items": _items(app)} for app in apps),
        {"title": "Beside the admin", "separator": True, "items": _pages_beside()},
    ]


def environment(_: HttpRequest) -> list[str]:
    """Return the stage and its colour, so that nobody mistakes one for another."""
    stage = settings.ENVIRONMENT
    return [stage.capitalize(), _STAGES[stage]]


def stylesheet(_: HttpRequest) -> str:
    """Return the address of the style that every page of the admin wears."""
    return static("console/console.css")


def _items(app: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "title": model["name"],
            "icon": getattr(admin.site.get_model_admin(model["model"]), "icon", _ICON),
            "link": model["admin_url"],
        }
        for model in app["models"]
        if model["admin_url"]
    ]


def _pages_beside() -> list[dict[str, Any]]:
    pages = [dict(page) for page in _BESIDE]
    with suppress(NoReverseMatch):
        # The playground exists in development only.
        mailbox = reverse("playground:mailbox")
        pages.append({"title": "Mailbox", "icon": "mail", "link": mailbox})
    return pages
