"""Routes of files, below /api/v1/files/; those of uploads lie beside them."""

from collections.abc import Sequence

from django.urls import URLPattern

from apps.files.api import upload_urls

urlpatterns: list[URLPattern] = []
beside: dict[str, Sequence[URLPattern]] = {"uploads": upload_urls.urlpatterns}
