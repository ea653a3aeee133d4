"""Routes of files, below /api/v1/files/; those of uploads lie beside them."""

from collections.abc import Sequence

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from apps.files.api import upload_urls
from apps.files.api.views.content import ContentView
from apps.files.api.views.files import FileViewSet, UsageView

router = SimpleRouter(use_regex_path=False)
router.register("", FileViewSet, basename="file")

urlpatterns: list[URLPattern | URLResolver] = [
    path("usage/", UsageView.as_view(), name="files-usage"),
    path("<uuid:id>/content", ContentView.as_view(), name="files-content"),
    *router.urls,
]
beside: dict[str, Sequence[URLPattern]] = {"uploads": upload_urls.urlpatterns}
