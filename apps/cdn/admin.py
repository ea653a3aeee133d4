"""The operator's view of the CDN: purges with who asked and what became of them, and purging."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from typing_extensions import override

from apps.cdn import selectors, services
from apps.cdn.forms import PurgeForm
from apps.cdn.models import Purge
from apps.console.ports import charts
from apps.kernel.admin import ReadOnlyAdmin
from apps.kernel.errors import AppError

_SHOWN = 3


@admin.register(Purge)
class PurgeAdmin(ReadOnlyAdmin):
    """Purges, newest first; asking for one is a page beside it."""

    icon = "cloud_sync"
    list_display = (
        *("created_at", "target", "which", "state", "taken_at", "requested_by", "last_problem"),
    )
    list_filter = ("state", "target")
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("=public_id", "=requested_by")
    search_help_text = "The id of a purge, or of who asked for it."
    fields = (
        *("public_id", "target", "subjects", "reason", "requested_by", "state", "created_at"),
        *("due_at", "taken_at", "attempt_count", "last_problem", "finished_at"),
    )
    change_list_template = "cdn/purges.html"

    @override
    def get_urls(self) -> list[URLPattern]:
        purge = never_cache(require_http_methods(["GET", "HEAD", "POST"])(self.purge_view))
        return [
            path("purge/", self.admin_site.admin_view(purge), name="cdn_purge_ask"),
            *super().get_urls(),
        ]

    @admin.display(description="Which")
    def which(self, purge: Purge) -> str:
        """The first of its URLs or tags."""
        shown = ", ".join(purge.subjects[:_SHOWN])
        more = len(purge.subjects) - _SHOWN
        return f"{shown} and {more} more" if more > 0 else shown

    def purge_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what the CDN shall forget and why, and write it down."""
        if not request.user.has_perm("cdn.purge_cdn"):
            raise PermissionDenied
        form = PurgeForm(request.POST or None)
        back = reverse("admin:cdn_purge_changelist")
        if request.method == "POST" and form.is_valid() and _is_requested(form):
            messages.success(request, "The CDN will be told. It is in the event log.")
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Purge the CDN",
            "form": form,
            "back_url": back,
            "has_cdn": selectors.has_cdn(),
            "state": selectors.state(),
            "charts": [chart for chart in charts if chart.name == "cdn"],
        }
        return render(request, "cdn/purge.html", context)


def _is_requested(form: PurgeForm) -> bool:
    """Ask for the purge; what is wrong with it is told in the form."""
    try:
        services.request_purge(**form.cleaned_data)
    except AppError as error:
        form.add_error("subjects", error.detail or error.title)
        return False
    return True
