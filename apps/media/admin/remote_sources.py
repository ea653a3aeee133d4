"""Remote sources: where pictures may be taken from; beside them, how the image service does."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from typing_extensions import override

from apps.caching.selectors import layers
from apps.console.ports import charts
from apps.media import selectors, services
from apps.media.admin.saving import SavedByService
from apps.media.models import RemoteSource

_CHARTS = ("media", "caching-layers")
_POPULAR_SHOWN = 20


@admin.register(RemoteSource)
class RemoteSourceAdmin(SavedByService):
    """The list of origins; a page beside it shows hits, what is popular, and who rests."""

    save_row = staticmethod(services.save_source)
    delete_row = staticmethod(services.delete_source)
    icon = "public"
    list_display = ("__str__", "is_open", "rests", "note")
    list_filter = ("is_open",)
    search_fields = ("host", "note")
    fields = (("scheme", "host", "port"), "is_open", "note")
    change_list_template = "media/remote_sources.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        view = never_cache(require_safe(self.service_view))
        return [
            path("service/", self.admin_site.admin_view(view), name="media_service"),
            *super().get_urls(),
        ]

    @admin.display(description="Left alone", boolean=True)
    def rests(self, source: RemoteSource) -> bool:
        """Tell whether some process leaves the source alone, because it failed."""
        return selectors.is_left_alone(source.origin)

    def service_view(self, request: HttpRequest) -> HttpResponse:
        """Show what came of requests, which pictures are popular, and how sources do."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Image service",
            "charts": [chart for chart in charts if chart.name in _CHARTS],
            "layers": layers(),
            "popular": selectors.popular_pictures(limit=_POPULAR_SHOWN),
            "sources": [
                (source, selectors.is_left_alone(source.origin))
                for source in RemoteSource.objects.all()
            ],
        }
        return render(request, "media/service.html", context)
