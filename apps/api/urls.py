"""What lies under /api/: one version, its apps, and its own documentation."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from apps.api.documentation import DocsView, ErrorListView, ErrorView, SchemaView
from apps.api.problems import unknown_address
from apps.api.routing import api_routes

version_1: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("errors/", ErrorListView.as_view(), name="api-errors"),
    path("errors/<str:code>/", ErrorView.as_view(), name="api-error"),
    *api_routes(),
]

urlpatterns = [
    path("v1/", include(version_1)),
    # Stands last, so that even with DEBUG no HTML page answers here.
    re_path("", unknown_address),
]
