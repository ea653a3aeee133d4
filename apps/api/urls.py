"""What lies under /api/: each version with its apps and its own documentation."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from apps.api.documentation import DocsView, ErrorListView, ErrorView, SchemaView
from apps.api.problems import unknown_address
from apps.api.routing import api_routes
from apps.api.versions import VERSIONS


def _routes_of(version: str) -> list[URLPattern | URLResolver]:
    return [
        path("schema/", SchemaView.as_view(version=version)),
        path("docs/", DocsView.as_view(url=f"/api/{version}/schema/")),
        path("errors/", ErrorListView.as_view()),
        path("errors/<str:code>/", ErrorView.as_view()),
        *api_routes(version),
    ]


urlpatterns = [
    *(path(f"{version.name}/", include(_routes_of(version.name))) for version in VERSIONS),
    # Stands last, so that even with DEBUG no HTML page answers here.
    re_path("", unknown_address),
]
