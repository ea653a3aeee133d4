"""The operator's view of the cache: its layers with plots, what was forgotten, and clearing."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from typing_extensions import override

from apps.caching import selectors, services
from apps.caching.advice import advice
from apps.caching.forms import ClearForm
from apps.caching.models import Invalidation
from apps.caching.ports import namespaces
from apps.caching.wording import lives_of
from apps.console.ports import charts
from apps.kernel.admin import ReadOnlyAdmin

_CHARTS = ("caching", "caching-layers")
_POPULAR_SHOWN = 20


@admin.register(Invalidation)
class InvalidationAdmin(ReadOnlyAdmin):
    """What was forgotten, newest first; the layers are a page beside it."""

    icon = "layers"
    list_display = ("made_at", "scope", "namespace", "subject")
    list_filter = ("scope", "namespace")
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("=subject",)
    search_help_text = "A whole key, pattern or tag."
    change_list_template = "caching/invalidations.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        clear = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self.clear_view))
        return [
            path("layers/", wrap(require_safe(self.layers_view)), name="caching_layers"),
            path("clear/<str:namespace>/", wrap(clear), name="caching_clear"),
            *super().get_urls(),
        ]

    def layers_view(self, request: HttpRequest) -> HttpResponse:
        """Show how full the layers are, what is popular, and what to do about it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        last, layers = selectors.storage(), selectors.layers()
        sizes = last.by_namespace if last else {}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Cache layers",
            "charts": [chart for chart in charts if chart.name in _CHARTS],
            "layers": layers,
            "storage": last,
            "advice": advice(layers, last),
            "namespaces": [(each, lives_of(each), sizes.get(each.name, 0)) for each in namespaces],
            "popular": selectors.popular(limit=_POPULAR_SHOWN),
            "may_clear": request.user.has_perm("caching.clear_cache"),
        }
        return render(request, "caching/layers.html", context)

    def clear_view(self, request: HttpRequest, namespace: str) -> HttpResponse:
        """Ask for a reason, and clear a namespace once it is confirmed."""
        if not request.user.has_perm("caching.clear_cache"):
            raise PermissionDenied
        found = namespaces.get(namespace)
        if found is None:
            raise Http404
        form = ClearForm(request.POST or None)
        back = reverse("admin:caching_layers")
        if request.method == "POST" and form.is_valid():
            services.clear(namespace=namespace, reason=form.cleaned_data["reason"])
            messages.success(request, f"{found.title}: forgotten. It is in the event log.")
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Clear {found.title}",
            "namespace": found,
            "form": form,
            "back_url": back,
        }
        return render(request, "caching/clear.html", context)
